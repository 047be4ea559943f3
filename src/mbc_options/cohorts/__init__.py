"""Tables of patients: many rows decided at once."""
