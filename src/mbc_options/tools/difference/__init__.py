"""Which patients get another answer by one rulebook than by another: `difference`, between two sides (`opened`)."""

from mbc_options.tools.difference.difference import difference
from mbc_options.tools.difference.found import RulebookDifference
from mbc_options.tools.difference.sides import Side, opened

__all__ = ["RulebookDifference", "Side", "difference", "opened"]
