"""The drawing of steps: as wide as a phone, each line from its answer to its step, and no two that run together."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from mbc_options.rendering.ladder import ladder
from mbc_options.tools.handbook.found import BranchTold, StepTold

WIDTH_OF_A_PHONE = 320


@st.composite
def some_steps(draw: st.DrawFn) -> list[StepTold]:
    count = draw(st.integers(1, 9))
    text = st.text("abc ", min_size=1, max_size=90)
    steps = []
    for number in range(1, count + 1):
        later = st.sampled_from([None, *range(number + 1, min(count, number + 3) + 1)])
        branches = [
            BranchTold(text=draw(text), to=to, status=None if to else "candidate")
            for to in draw(st.lists(later, min_size=2, max_size=3))
        ]
        steps.append(StepTold(number=number, text=draw(text), branches=tuple(branches)))
    return steps


@given(some_steps())
def test_boxes_stand_below_each_other_and_hold_their_lines(steps: list[StepTold]) -> None:
    drawn = ladder(steps)
    assert [box.number for box in drawn.boxes] == [step.number for step in steps]
    for above, below in zip(drawn.boxes, drawn.boxes[1:], strict=False):
        assert above.top + above.height < below.top
    for box, step in zip(drawn.boxes, steps, strict=True):
        assert " ".join(box.lines).split() == step.text.split()
        ys = [box.y, *(row.y + 18 * i for row in box.rows for i in range(len(row.lines)))]
        assert box.top < ys[0]
        assert ys[-1] < box.top + box.height
        assert all(b - a >= 18 for a, b in pairwise(ys))
    assert drawn.boxes[-1].top + drawn.boxes[-1].height <= drawn.height


@given(some_steps())
def test_each_way_leads_from_its_answer_to_its_step(steps: list[StepTold]) -> None:
    drawn = ladder(steps)
    heads = {box.number: box.y for box in drawn.boxes}
    wanted = sorted((row.y, heads[row.to]) for box in drawn.boxes for row in box.rows if row.to)
    assert sorted((way.start, way.end) for way in drawn.ways) == wanted
    for a, b in combinations(drawn.ways, 2):
        if a.x == b.x and a.end != b.end:
            assert a.end < b.start or b.end < a.start


@given(some_steps())
def test_it_is_as_wide_as_a_phone(steps: list[StepTold]) -> None:
    assert ladder(steps).width <= WIDTH_OF_A_PHONE
