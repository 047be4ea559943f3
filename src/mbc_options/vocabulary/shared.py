"""The agents that every rulebook shares, read once."""

from __future__ import annotations

from functools import cache

from mbc_options.package_data import compiled, rules_dir
from mbc_options.vocabulary.agents import Agents

__all__ = ["agents"]


@cache
def agents() -> Agents:
    """Return the agents that every rulebook shares; read once, at first use."""
    content = compiled()
    if content is not None:
        return Agents(content["agents"])
    from mbc_options.vocabulary.checked import read_agents

    return Agents(read_agents(rules_dir() / "agents.yaml"))
