"""A rulebook: what authors write, and its compiled form, which decides."""
