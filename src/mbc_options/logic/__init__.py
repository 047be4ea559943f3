"""Exact reasoning about finite facts under partial knowledge; nothing here knows any medicine.

A *space* is a list of facts, each with a finite domain. A *cube* is one integer that allows a
non-empty set of values for every fact. A *cover* is a tuple of cubes and means their union. What is
known of a case is a cube; a condition is a cover; a verdict compares the two over every completion
that the constraints leave possible.

Literature:
    A. Blake, *Canonical expressions in Boolean algebra* (1937): all prime implicants by consensus.
    R. J. Nelson, *Simplest normal truth functions* (1955): the primes of a negation by multiplying out.
    W. V. Quine, *The problem of simplifying truth functions* (1952): prime implicants.
    R. K. Brayton et al., *Logic minimization algorithms for VLSI synthesis* (1984): positional cube
    notation, covers, ESPRESSO.
    B. van Fraassen, *Singular terms, truth-value gaps, and free logic* (1966): supervaluations.
    A. Shih, A. Choi, A. Darwiche, *A symbolic approach to explaining Bayesian network classifiers*
    (2018): prime implicants as minimal sufficient reasons (PI-explanations).
"""

from mbc_options.logic.cover import (
    MOST_CUBES,
    Cover,
    TooManyCubesError,
    absorb,
    bounded,
    complement,
    intersect,
    meets,
    negation,
    sharp,
)
from mbc_options.logic.function import Function, PrimeFunction
from mbc_options.logic.primes import primes
from mbc_options.logic.region import Conditions, Edit, Nearest, Region
from mbc_options.logic.space import Space
from mbc_options.logic.theory import MOST_PRIMES, Theory

__all__ = [
    "MOST_CUBES",
    "MOST_PRIMES",
    "Conditions",
    "Cover",
    "Edit",
    "Function",
    "Nearest",
    "PrimeFunction",
    "Region",
    "Space",
    "Theory",
    "TooManyCubesError",
    "absorb",
    "bounded",
    "complement",
    "intersect",
    "meets",
    "negation",
    "primes",
    "sharp",
]
