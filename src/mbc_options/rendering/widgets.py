"""A walk through a case as widgets: choose, commit, see why. Only where ipywidgets is installed."""

from __future__ import annotations

from collections import deque
from importlib import import_module
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakMethod, finalize, ref

from mbc_options.cases.labels import letter
from mbc_options.errors import CaseError, Problem
from mbc_options.rendering.cards import piece
from mbc_options.rendering.environment import environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options.cases.case import Arm, Question
    from mbc_options.cases.walk import Walk

__all__ = ["Panel", "bundle"]

VIEW = "application/vnd.jupyter.widget-view+json"
LAST = 4
"""How many walks, those that were shown last, stay even where nobody has given them a name."""


_LOCK = RLock()
_PANELS: WeakKeyDictionary[Walk, Panel] = WeakKeyDictionary()
"""The panel of each walk that was shown."""
_SHOWN: deque[Walk] = deque(maxlen=LAST)
"""The walks that were shown last, in that order."""


def bundle(walk: Walk) -> dict[str, Any]:
    """Return what a notebook shows of a walk besides its card and its text.

    Args:
        walk: the walk. However often it is shown, it has one panel, at the step that the walk is at.

    Returns:
        The view of the panel; nothing where ipywidgets is not installed. A front end that knows no widgets
        shows the card. The panel goes when its walk does, and a walk stays as long as it has a name, or is
        among those that were shown last.
    """
    try:
        import_module("ipywidgets")
    except ImportError:
        return {}
    with _LOCK:
        if walk in _SHOWN:
            _SHOWN.remove(walk)
        _SHOWN.append(walk)
        panel = _PANELS.get(walk)
        if panel is None:
            panel = _PANELS[walk] = Panel(walk)
        else:
            panel.show()
    view: dict[str, Any] = panel.box._repr_mimebundle_()
    return {VIEW: view[VIEW]}


class Panel:
    """The widgets of a walk.

    Nothing is printed and nothing is raised: what goes wrong is told in the panel. A file is written only by the
    button that says so, and never over a file that this panel did not write.

    Args:
        walk: the walk, which keeps the answers. It does not stay for the sake of the panel, which closes when it goes.

    Attributes:
        box: the widget that holds all others.
        above: the step as a card: the story, what is asked, the verdicts, the review.
        choices: the check boxes, the radio buttons or the text area of the question; at a fork a button for each arm;
            empty at other steps.
        hints: the hints given so far.
        below: how the answer went.
        message: what went wrong, or was done.
        back: the button to the step before.
        hint: the button for a hint.
        commit: the button that commits to an answer.
        next: the button to the next step.
        name: the field for the name of a file.
        save: the button that writes it.
    """

    def __init__(self, walk: Walk) -> None:
        self._widgets: Any = import_module("ipywidgets")
        self._of = ref(walk)
        self._position = -1
        self._is_locked = False
        self._inputs: list[Any] = []
        self._written: set[Path] = set()
        words: dict[str, str] = _words_in("card/panel_words.j2").WORDS
        self._words = words
        self.above, self.hints, self.below, self.message = (self._widgets.HTML() for _ in range(4))
        self.choices = self._widgets.VBox()
        self.back = self._button(words["back"], Panel._go_back)
        self.hint = self._button(words["hint"], Panel._give_hint)
        self.commit = self._button(words["commit"], Panel._commit, style="primary")
        self.next = self._button(words["next"], Panel._go_on)
        self.name = self._widgets.Text(
            value=f"answers-{walk.case.name}.json",
            description=words["file"],
            style={"description_width": "initial"},
            layout=self._widgets.Layout(width="26em"),
        )
        self.save = self._button(words["save"], Panel._save)
        rows = [self.back, self.hint, self.commit, self.next], [self.name, self.save]
        buttons, saving = (
            self._widgets.HBox(row, layout=self._widgets.Layout(flex_flow="row wrap", margin="0.4em 0")) for row in rows
        )
        self.box = self._widgets.VBox(
            [self.above, self.choices, self.hints, buttons, self.below, saving, self.message],
        )
        self.box.add_class("mbc-walk")
        self.show()
        finalize(walk, self._close).atexit = False  # until then, this keeps the panel, and ipywidgets its widgets

    def _close(self) -> None:
        _close(self.box)

    @property
    def _walk(self) -> Walk:
        walk = self._of()
        assert walk is not None, "a panel closes when its walk goes"
        return walk

    def _button(self, words: str, act: Callable[[Panel], str | None], *, style: str = "") -> Any:
        layout = self._widgets.Layout(width="auto")
        button = self._widgets.Button(description=words, button_style=style, layout=layout)
        do = WeakMethod(self._do)

        def clicked(pressed: Any) -> None:
            act_in_panel = do()
            if act_in_panel is not None:
                act_in_panel(act, pressed)

        button.on_click(clicked)
        return button

    def _do(self, act: Callable[[Panel], str | None], button: Any) -> None:
        """Do what a button says, and show what comes of it; what goes wrong is told in words."""
        if self._is_stale():
            self.show(self._words["moved_on"])
            return
        was_input = button in self._inputs
        try:
            said = act(self)
        except CaseError as error:
            self._tell("\n".join(problem.message for problem in error.problems), wrong=True)
        except Exception as error:  # noqa: BLE001 - a traceback helps nobody who clicks through a case
            self._tell(f"{type(error).__name__}: {error}", wrong=True)
        else:
            self.show(said or "")
            if button.disabled or was_input:  # a button that is gone or cannot be pressed drops whoever uses a keyboard
                next(one for one in (self.commit, self.next, *self._inputs, self.back) if not one.disabled).focus()

    def _is_stale(self) -> bool:
        """Tell whether somebody went on, or answered, in code."""
        question = self._walk.question
        is_answered = question is not None and question.is_graded and self._walk.graded(question.id) is not None
        return (self._walk.position, is_answered) != (self._position, self._is_locked)

    def _tell(self, message: str, *, wrong: bool = False) -> None:
        self.message.value = piece("panel", {"part": "message", "message": message, "wrong": wrong})

    def show(self, message: str = "") -> None:
        """Show the step that the walk is at.

        Args:
            message: what to say besides.
        """
        walk, question = self._walk, self._walk.question
        graded = None if question is None else walk.graded(question.id)
        is_locked = graded is not None and graded.question.is_graded
        if (self._position, self._is_locked) != (walk.position, is_locked):
            done, self._inputs = self._inputs, [] if question is None else self._inputs_of(question)
            if walk.step.kind == "fork":
                self._inputs = [self._door(place, arm) for place, arm in enumerate(walk.arms)]
            for one in self._inputs:
                one.disabled = is_locked
            self.choices.children = self._inputs
            for one in done:
                _close(one)
            self._position, self._is_locked = walk.position, is_locked
        self.above.value = piece("panel", {"part": "above", "walk": walk})
        self.hints.value = piece("panel", {"part": "hints", "hints": walk.hints})
        self.below.value = piece("panel", {"part": "below", "walk": walk, "graded": graded})
        self._tell(message)
        self.back.disabled = walk.position == 0
        self.next.disabled = walk.is_done or (walk.step.kind == "fork" and not walk.taken)
        self.commit.disabled = question is None or is_locked
        self.hint.disabled = question is None or is_locked or len(walk.hints) >= len(question.hints)

    def _door(self, place: int, arm: Arm) -> Any:
        """Return the button that takes an arm of the fork."""
        return self._button(f"{letter(place)}) {arm.title}", lambda panel: Panel._take(panel, arm.id))

    def _take(self, arm: str) -> None:
        self._walk.take(arm)

    def _inputs_of(self, question: Question) -> list[Any]:
        """Return the widgets that take the answer, as it was given before."""
        widgets, graded = self._widgets, self._walk.graded(question.id)
        chosen = () if graded is None else graded.chosen
        words = _words_in("case/words.j2")
        labels = [f"{letter(place)}) {words.label(choice)}" for place, choice in enumerate(question.choices)]
        if not question.is_graded:
            text = self._walk.text(question.id)
            style = {"description_width": "initial"}
            area = widgets.Layout(width="auto", height="9em")
            return [widgets.Textarea(value=text, description=self._words["write"], layout=area, style=style)]
        full = widgets.Layout(width="auto")
        if question.many:
            return [
                widgets.Checkbox(value=choice.id in chosen, description=label, indent=False, layout=full)
                for choice, label in zip(question.choices, labels, strict=True)
            ]
        places = [(label, place) for place, label in enumerate(labels)]
        value = next((place for place, choice in enumerate(question.choices) if choice.id in chosen), None)
        return [widgets.RadioButtons(options=places, value=value, layout=full)]

    def _go_back(self) -> None:
        self._keep_text()
        self._walk.back()

    def _go_on(self) -> None:
        self._keep_text()
        self._walk.next()

    def _keep_text(self) -> None:
        """Keep what was written also where nobody committed to it; a choice counts only where somebody did."""
        question = self._walk.question
        if question is not None and not question.is_graded and self._inputs[0].value.strip():
            self._walk.answer(text=self._inputs[0].value)

    def _give_hint(self) -> str | None:
        return self._words["no_more_hints"] if self._walk.hint() is None else None

    def _commit(self) -> str | None:
        question = self._walk.question
        if question is None:
            return None
        if not question.is_graded:
            text = self._inputs[0].value
            self._keep_text()
            return self._words["kept" if text.strip() else "nothing_written"]
        if question.many:
            chosen = [choice.id for choice, box in zip(question.choices, self._inputs, strict=True) if box.value]
        else:
            place = self._inputs[0].value
            chosen = [] if place is None else [question.choices[place].id]
        if not chosen:
            return self._words["nothing_chosen"]
        self._walk.answer(*chosen)
        return None

    def _save(self) -> str:
        name = self.name.value.strip()
        if not name:
            raise CaseError([Problem(self._words["no_name"])])
        path = Path(name)
        if path.exists() and path.resolve() not in self._written:
            raise CaseError([Problem(self._words["there_already"] % name)])
        self._keep_text()
        self._walk.save(path)
        self._written.add(path.resolve())
        return self._words["saved"] % (name, self._walk.answered, len(self._walk.case.questions))


def _close(widget: Any) -> None:
    """Close a widget with all that is in it and belongs to it."""
    for part in getattr(widget, "children", ()):
        _close(part)
    for part in (getattr(widget, "style", None), getattr(widget, "layout", None), widget):
        if part is not None:
            part.close()


def _words_in(template: str) -> Any:
    """Return the words of a template, by their names."""
    return environment().get_template(template).module
