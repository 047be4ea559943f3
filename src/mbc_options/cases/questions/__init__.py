"""The questions of a case: their kinds, and the answer of each, worked out by the engine."""
