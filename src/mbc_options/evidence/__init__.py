"""The documents behind the rulebook: whether every claim is accounted for, and stands in its document."""

from mbc_options.evidence.account import Account, account
from mbc_options.evidence.verify import Verification, verify_sources

__all__ = ["Account", "Verification", "account", "verify_sources"]
