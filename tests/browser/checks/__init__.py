"""What must be true of every page. Each check returns the problems that it found, in words, one per place."""
