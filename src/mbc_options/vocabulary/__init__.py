"""What words mean, for every rulebook: facts with their domains and constraints, drugs and their names."""

from mbc_options.vocabulary.agents import Agent, Agents, PriorClass, Regimen
from mbc_options.vocabulary.facts import (
    CONSTRAINTS,
    NAMED_FIELDS,
    OUTCOMES,
    SINGLE_FACTS,
    Constraint,
    Vocabulary,
    vocabulary,
)
from mbc_options.vocabulary.shared import agents

__all__ = [
    "CONSTRAINTS",
    "NAMED_FIELDS",
    "OUTCOMES",
    "SINGLE_FACTS",
    "Agent",
    "Agents",
    "Constraint",
    "PriorClass",
    "Regimen",
    "Vocabulary",
    "agents",
    "vocabulary",
]
