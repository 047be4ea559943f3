"""A rulebook as a document, made from its data: the handbook, and the card that says what it is."""
