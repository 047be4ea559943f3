"""Patient descriptions: friendly to write, strict about what they mean, exact about what they leave open."""
