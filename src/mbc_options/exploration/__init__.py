"""A patient against a rulebook: what the documents describe, why, and on what it depends."""
