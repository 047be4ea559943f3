"""What works on whole rulebooks and their sources: the account of the claims, and the citations."""
