"""Rulebooks: the authored files, their checks, and what they compile to."""

from mbc_options.rulebook.compiled import CompiledRulebook, load_rulebook

__all__ = ["CompiledRulebook", "load_rulebook"]
