"""Expectations of a rulebook: patients and what must come out, what has none yet, and what none would notice."""
