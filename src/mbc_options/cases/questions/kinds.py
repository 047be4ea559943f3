"""The kinds of question: what each asks, needs and accepts, and how it is answered. Its words stand in templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mbc_options.cases.questions.documents import passages, says_who
from mbc_options.cases.questions.facts import moved_by, next_test, why_not
from mbc_options.cases.questions.learning import if_learned, settled_most
from mbc_options.cases.questions.verdicts import candidates, changed, undetermined

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options.cases.questions.context import AnswerKey, StageContext, Subject
    from mbc_options.exploration.status import Status

__all__ = ["KINDS", "QuestionKind"]


@dataclass(frozen=True, kw_only=True)
class QuestionKind:
    """A kind of question.

    `templates/case/words.j2` has its words, by its name: what it is called (`KINDS`) and how it is asked (`PROMPTS`),
    and a sentence for each of `sentences` (`SENTENCES`).

    Attributes:
        name: what a case file calls it.
        means: what it asks, for the author of a case.
        answer: works out the choices, for the stage and what the question is about; None where a text is written,
            which nobody grades.
        sentences: which sentences may say why one of its choices is right or wrong; see `AnswerChoice.tells`.
        accepts: which keys of a case file may say what it is about: `of`, `option`, `disagreement`, `side` and
            `learned`.
        needs: the keys of which it needs one; a question that needs none may be written as its bare name.
        needs_too: a key that it needs besides; empty for none.
        many: whether more than one choice may be right.
        is_shuffled: whether the choices have an order that tells nothing, instead of that of the rulebook.
        looks_back: whether it is about the stage before as well, so that the first stage cannot ask it.
        offers_options: whether its choices are classes or members, so that it asks for their verdicts.
        claims_status: the status that whoever chooses an option says it has, where that is one and the same.
        presumes_status: whether it takes the status of the option that it is about for granted, and so gives it away.
    """

    name: str
    means: str
    answer: Callable[[StageContext, Subject], AnswerKey] | None
    sentences: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    needs_too: str = ""
    many: bool = False
    is_shuffled: bool = False
    looks_back: bool = False
    offers_options: bool = False
    claims_status: Status | None = None
    presumes_status: bool = False

    @property
    def is_graded(self) -> bool:
        """Whether there is something to be right about."""
        return self.answer is not None


_ALL = (
    QuestionKind(
        name="candidates",
        means="which classes are candidates now? With of: CLASS, which of its members",
        answer=candidates,
        sentences=("candidate", "open", "unspecified", "silent", "out", "none"),
        accepts=("of",),
        many=True,
        offers_options=True,
        claims_status="candidate",
    ),
    QuestionKind(
        name="undetermined",
        means="which classes are still undetermined?",
        answer=undetermined,
        sentences=("open", "settled", "none"),
        many=True,
        offers_options=True,
        claims_status="undetermined",
    ),
    QuestionKind(
        name="next_test",
        means="which one unknown fact would settle most?",
        answer=next_test,
        sentences=("settles",),
        is_shuffled=True,
    ),
    QuestionKind(
        name="why_not",
        means="why is this not described? Needs option",
        answer=why_not,
        sentences=("reason", "part", "idle", "untrue", "warning"),
        accepts=("option",),
        needs=("option",),
        is_shuffled=True,
        presumes_status=True,
    ),
    QuestionKind(
        name="says_who",
        means="which documents say so? Needs option; or disagreement, with side: 1, 2 ...",
        answer=says_who,
        sentences=("says", "other_side", "elsewhere", "nothing"),
        accepts=("option", "disagreement", "side"),
        needs=("option", "disagreement"),
        many=True,
        presumes_status=True,
    ),
    QuestionKind(
        name="passages",
        means="on which of these passages does it rest? Needs option",
        answer=passages,
        sentences=("rests", "elsewhere"),
        accepts=("option",),
        needs=("option",),
        many=True,
        is_shuffled=True,
        presumes_status=True,
    ),
    QuestionKind(
        name="if_learned",
        means="does learning this move it towards a candidate, or away? Needs option and learned: {FIELD: VALUE}",
        answer=if_learned,
        sentences=("learned",),
        accepts=("option", "learned"),
        needs=("option",),
        needs_too="learned",
        presumes_status=True,
    ),
    QuestionKind(
        name="settled_most",
        means="which order of what is known goes from what settles most to what settles least?",
        answer=settled_most,
        sentences=("settled_by", "other_order"),
        is_shuffled=True,
    ),
    QuestionKind(
        name="changed",
        means="which classes have another status than at the stage before?",
        answer=changed,
        sentences=("moved", "stayed", "none"),
        many=True,
        looks_back=True,
        offers_options=True,
    ),
    QuestionKind(
        name="moved_by",
        means="which change moved this? Needs option",
        answer=moved_by,
        sentences=("cause", "other_change", "unchanged"),
        accepts=("option",),
        needs=("option",),
        is_shuffled=True,
        looks_back=True,
        presumes_status=True,
    ),
    QuestionKind(
        name="reflect",
        means="a text that nobody grades. Needs prompt",
        answer=None,
        needs=("prompt",),
    ),
)

KINDS = {kind.name: kind for kind in _ALL}
"""Every kind of question, by its name."""
