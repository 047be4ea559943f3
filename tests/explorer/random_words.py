"""Lines by chance, as people write them of a patient or nearly so, for any vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.vocabulary.facts import Choice, Names, Treatments
from mbc_options.vocabulary.spelling import MISSING_WORDS, NEGATIONS, UNKNOWN_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from mbc_options.vocabulary.facts import AnyField
    from mbc_options.vocabulary.vocabulary import Vocabulary

SIGNS = [
    " ",
    ": ",
    ":",
    "=",
    " = ",
    "-",
    ", ",
    "; ",
    " / ",
    "/",
    "|",
    " and ",
    " AND ",
    " → ",
    "->",
    " + ",
    "+",
    " (",
    "  ",
]
BESIDE = [
    " 2.5 mg",
    " 75 mg/m2 q3w",
    " AUC 6",
    " x 6",
    " \u00d74 cycles",
    " (oral)",
    " [IV]",
    "-dkst",
    " PO daily",
    " tablets",
]
ODD = [
    "\u00a0",
    "\u2212",
    "\u2013",
    "\uff0b",
    "\u0130",
    "\u03a3",
    "\u0661",
    "\u200b",
    "\u00b5",
    "\x1f",
    "\x85",
    "é",
    "😀",
    "\ufeff",
    "K",
]
SCORES = ["0", "1+", "2+", "3+", "0+", "1 +", "+2"]
ISH = ["ISH", "FISH", "cish", "SISH", "in situ hybridization"]
RESULTS = [
    "+",
    "-",
    "pos",
    "neg.",
    "positive",
    "negative",
    "amplified",
    "not amplified",
    "non-amplified",
    "pending",
    "not done",
]


def words_of(field: AnyField) -> list[str]:
    """Every way in which a field says a value, a name or a treatment's outcome or setting is written."""
    if isinstance(field, Choice):
        entries = (*field.values, *field.open_values)
        noted = [form for value in field.values for one in value.noted for form in one.also]
        return [form for one in entries for form in (one.id, *one.also)] + noted
    if isinstance(field, Names):
        free = [field.free_text] if field.free_text else []
        texts = [form for one in free for form in (*one.also, *(form for noted in one.noted for form in noted.also))]
        noted = [form for name in field.names for one in name.noted for form in one.also]
        return [form for name in field.names for form in (name.id, *name.also)] + noted + texts
    if isinstance(field, Treatments):
        return [form for one in (*field.outcomes, *field.settings) for form in (one.id, *one.also)]
    return []


class Lines:
    """Draws lines.

    Args:
        rng: chance.
        vocabulary: of whose words they are.
    """

    def __init__(self, rng: Random, vocabulary: Vocabulary) -> None:
        self.rng = rng
        self.fields = [field for field in vocabulary.file.fields if words_of(field)]
        self.names = [name for field in self.fields for name in (field.id, *getattr(field, "also", ()))]
        self.names += [name for one in vocabulary.file.not_asked for name in (one.id, *one.also)]
        self.names += [prefix for forms in vocabulary.choices.values() for prefix in forms.prefixes]
        self.drugs = [name for name, _ in vocabulary.agents.names()]
        self.said = {field.id: words_of(field) for field in self.fields}
        self.words = [word for words in self.said.values() for word in words] + self.drugs
        self.after = [word for field in self.fields if isinstance(field, Treatments) for word in self.said[field.id]]
        self.scores = [
            name
            for field in self.fields
            if isinstance(field, Choice) and field.notations
            for score in field.notations.scores
            for name in (score.name, *score.also)
        ]
        self.kinds: list[Callable[[], str]] = [
            self.word, self.named, self.treated, self.treated, self.several, self.negated, self.notation, self.notation,
            self.beside, self.missing, self.free, self.slip, self.slip, self.twice,
        ]  # fmt: skip

    def line(self) -> str:
        """A line, or nearly one."""
        line = self.rng.choice(self.kinds)()
        if self.rng.random() < 0.2:
            line = self.changed(line)
        if self.rng.random() < 0.2:
            line = self.rng.choice((line.upper(), line.title(), f" {line} ", line.replace(" ", "_"), line.swapcase()))
        return line

    def word(self) -> str:
        return self.rng.choice(self.words)

    def of_a_field(self) -> str:
        return self.rng.choice(self.said[self.rng.choice(self.fields).id])

    def named(self) -> str:
        value = self.rng.choice((self.word, self.of_a_field, self.notation, self.missing, self.treated))()
        return self.rng.choice(self.names) + self.rng.choice(SIGNS) + value

    def treated(self) -> str:
        drug = self.rng.choice(self.drugs)
        if self.rng.random() < 0.3:
            drug += self.rng.choice(("+", " + ", " and ")) + self.rng.choice(self.drugs)
        if self.rng.random() < 0.2:
            return f"{self.rng.choice(self.after)} {drug}"
        if self.rng.random() < 0.2:
            drug = self.rng.choice(("other:", "unrelated:", "Other: ")) + drug
        line = drug + self.rng.choice((": ", ":", " ", " - ", " → ", ", ", " (")) + self.rng.choice(self.after or ["?"])
        return line + (f": {self.rng.choice(self.after or ['?'])}" if self.rng.random() < 0.3 else "")

    def several(self) -> str:
        words = self.rng.choice(([*self.drugs], self.said[self.rng.choice(self.fields).id], self.words))
        return self.rng.choice(SIGNS).join(self.rng.choices(words, k=self.rng.randint(2, 3)))

    def negated(self) -> str:
        negation = self.rng.choice(sorted(NEGATIONS))
        word = self.rng.choice((self.word, self.of_a_field))()
        return self.rng.choice((f"{negation} {word}", f"{word} {negation}", f"{negation}-{word}", f"no prior {word}"))

    def notation(self) -> str:
        rng, number = self.rng, f"{self.rng.choice((0, 0.5, 1, 5, 9, 10, 11, 49, 50, 55, 56, 99, 100, 101))}"
        sign = rng.choice(("", "", "<", ">", "<=", ">= ", "≥", "≤ ", "~"))
        score, other, ish, result = rng.choice(SCORES), rng.choice(SCORES), rng.choice(ISH), rng.choice(RESULTS)
        before, between = rng.choice(("IHC ", "score ", "ihc: ", "")), rng.choice((" ", "/", ", ", " (", "; "))
        forms = [
            f"{sign}{number}{rng.choice(('%', ' %', ' percent', '', '% of cells', '% tumor cells', '%, strong'))}",
            f"{number}-{rng.randint(0, 101)}%",
            f"{rng.randint(0, 101)} to {number.replace('.', ',')} %",
            f"{before}{score}{rng.choice((' to ', '-', ' '))}{other}",
            f"{before}{score}{between}{ish}{rng.choice((' ', '', ': '))}{result}{rng.choice(('', ')'))}",
            f"{ish} {result}",
            f"{rng.choice(('FISH ', 'HER2/CEP17 ', ''))}ratio {rng.choice(('1.8', '2', '2,0', '0.9', '12.5', '1.99'))}",
        ]
        if self.scores:
            name = rng.choice(self.scores)
            forms += [
                f"{name} {rng.randint(0, 9)}",
                f"{name}: {rng.randint(0, 301)}",
                f"{rng.randint(0, 8)}/8 ({name})",
            ]
            forms.append(f"{name} {rng.randint(0, 5)}+{rng.randint(0, 3)}={rng.randint(0, 8)}")
        form = rng.choice(forms)
        return form if rng.random() < 0.5 else f"{rng.choice(self.names)}{rng.choice((' ', ': ', ''))}{form}"

    def beside(self) -> str:
        return (
            self.rng.choice(self.drugs)
            + self.rng.choice(BESIDE)
            + self.rng.choice(("", "", f" ({self.rng.choice(self.drugs)})"))
        )

    def missing(self) -> str:
        marker = self.rng.choice(sorted({*MISSING_WORDS, *UNKNOWN_WORDS}))
        return self.rng.choice((marker, f"[{marker}]", f"({marker})", "none", "no", "yes", "never"))

    def free(self) -> str:
        return (
            self.rng.choice(("other:", "other: ", "Other:", "unrelated:"))
            + self.rng.choice((self.word, self.missing, lambda: "x"))()
        )

    def twice(self) -> str:
        return (
            self.of_a_field()
            + self.rng.choice((" (", ", ", " ", "; ", "/"))
            + self.rng.choice((self.notation, self.of_a_field))()
        )

    def slip(self) -> str:
        return self.changed(self.word())

    def changed(self, line: str) -> str:
        """The same with a slip of the keyboard, or an odd sign in it."""
        at = self.rng.randrange(len(line) + 1)
        sign = self.rng.choice((*"aeiotr -+:%10", self.rng.choice(ODD)))
        return self.rng.choice(
            (line[:at] + sign + line[at:], line[:at] + line[at + 1 :], line[:at] + sign + line[at + 1 :])
        )
