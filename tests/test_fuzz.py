"""Whatever is in a file: what its reader makes of it, or an error of ours with a place, in few words.

What is drawn is a true file with something in it changed, so that most of it is read and what is wrong lies deep; and
signs and lines as they come. `tests/fuzz.py` hands the same readers to a fuzzer that looks where they go.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
import yaml
from fuzz import READERS, SEEDS, reads_or_refuses
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

SIGNS = "-:[]{}&*!%@\t\n\r '\"\\u0dDeE1x,#?|>~.\x85\u2028\ufeff\x00\ud83d\u202e\u200d"
WORDS = ("yes", "no", "+", "-1", "1e999", "9" * 5000, "", "null", "[]", "x" * 3000, "\\u202E", "a.b", "always", "er")

scalars = st.sampled_from(WORDS) | st.none() | st.booleans() | st.integers() | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@cache
def seed(kind: str) -> Any:
    return yaml.safe_load(SEEDS[kind])


def paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in data."""
    found = [path] if path else []
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found += paths(value, (*path, key))
    return found


@st.composite
def changed(draw: st.DrawFn, kind: str) -> bytes:
    """A true file with a few of its values replaced, left out or named otherwise."""
    data = json.loads(json.dumps(seed(kind), default=str))
    for _ in range(draw(st.integers(1, 3))):
        known = paths(data)
        if not known:
            break
        *above, last = draw(st.sampled_from(known))
        part = data
        for step in above:
            part = part[step]
        how = draw(st.sampled_from(["replace", "remove", "rename"]))
        if how == "replace":
            part[last] = draw(values)
        elif how == "remove":
            del part[last]
        elif isinstance(part, dict):
            part[draw(st.text(max_size=6) | st.sampled_from(WORDS))] = part.pop(last)
    return json.dumps(data).encode("utf-8", "surrogatepass")


@st.composite
def cut(draw: st.DrawFn, kind: str) -> bytes:
    """A true file as text, with signs put in, or parts of it left out or said twice."""
    text = SEEDS[kind]
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(text)))
        end = draw(st.integers(begin, min(len(text), begin + 200)))
        put = draw(st.text(st.sampled_from(SIGNS), max_size=6) | st.just(text[begin:end] * 2))
        text = text[:begin] + put + text[end:]
    return text.encode("utf-8", "surrogatepass")


def anything(kind: str) -> st.SearchStrategy[bytes]:
    signs = st.text(st.sampled_from(SIGNS), max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
    return changed(kind) | cut(kind) | signs | st.binary(max_size=60)


@pytest.mark.parametrize("kind", READERS)
def test_a_reader_takes_its_own_seed(kind: str) -> None:
    assert READERS[kind](SEEDS[kind].encode()) is not None


@pytest.mark.parametrize("kind", READERS)
def test_whatever_a_file_holds_is_read_or_refused_in_few_words(kind: str) -> None:
    most = 20 if kind == "rulebook" else 200

    @settings(max_examples=examples(most), deadline=None)
    @given(anything(kind))
    def law(raw: bytes) -> None:
        reads_or_refuses(READERS[kind], raw)

    law()
