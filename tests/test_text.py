"""How many columns a text takes, whatever script it is in, and where it is cut."""

from __future__ import annotations

import subprocess
import sys

import pytest
from wcwidth import wcwidth

from mbc_options.text import columns, is_narrow, lines_of

SCIENTIST = "\U0001f469\u200d\U0001f52c"
HAN = "\u1112\u1161\u11ab"  # one syllable, of three letters


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("Zo\u00eb \u201cZ\u201d \u2013", 9),
        (f"{SCIENTIST}x", 3),
        (HAN, 2),
        ("\u2764\ufe0f", 2),
        ("1\ufe0f\u20e3", 2),
        ("\U0001f44d\U0001f3fd", 2),
        ("\U0001f1e9\U0001f1ea", 2),
        ("e\u0301", 1),
        ("\u65e5\u672c", 4),
        ("\u65e5\x1b[31m", 7),
    ],
)
def test_columns_are_those_of_a_terminal(text: str, width: int) -> None:
    assert columns(text) == width


def test_what_is_known_to_be_narrow_is_so() -> None:
    known = [chr(code) for code in (*range(0x2FF + 1), *range(0x2010, 0x2028)) if chr(code).isprintable()]
    assert {wcwidth(sign) for sign in known} == {1}
    assert is_narrow("".join(known))
    assert not is_narrow("\u65e5")
    assert not is_narrow("e\u0301")


@pytest.mark.parametrize("sign", [SCIENTIST, HAN, "\u2764\ufe0f", "e\u0301", "\u65e5", "x"])
def test_a_long_word_is_cut_between_signs_and_never_within_one(sign: str) -> None:
    lines = lines_of([sign * 30], 11)
    assert "".join(lines) == sign * 30
    assert all(columns(line) <= 11 and not line.replace(sign, "") for line in lines)
    assert len(lines) == -(-30 // (11 // columns(sign)))


def test_most_texts_are_measured_without_tables() -> None:
    text = "Zo\u00eb \u201cZ\u201d \u2013"
    code = f"import sys; from mbc_options.text import columns; columns({text!r}); print('wcwidth' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True)
    assert done.stdout == "False\n"
