"""Facts and their constraints, and what the names of treatments mean."""
