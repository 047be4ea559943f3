"""Everything that can be wrong with a rulebook, told at once (`mbc-options rules check`)."""
