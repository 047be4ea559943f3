"""A patient against a rulebook: what the documents describe, why, and on what it depends."""

from mbc_options.exploration.assessment import Assessment
from mbc_options.exploration.engine import explore
from mbc_options.exploration.status import statuses
from mbc_options.exploration.why import Explanation, explain

__all__ = ["Assessment", "Explanation", "explain", "explore", "statuses"]
