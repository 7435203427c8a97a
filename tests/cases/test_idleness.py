"""The worked cases of idle land and low-efficiency buildings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cases.reading import Case, cases, ledgers_of
from yinfeng.core.idleness.result import Answer
from yinfeng.tables.books import Books
from yinfeng.tables.idleness import Idleness, judge_books
from yinfeng.tables.idleness_words import article, unsourced


@pytest.mark.parametrize("case", cases("idleness"), ids=lambda case: case.id)
def test_case(case: Case, tmp_path: Path) -> None:
    answer = judge_books(Books(ledgers_of(case, tmp_path), ()), case.rulebook, case.on)
    told = {one.id: told_of(answer, one) for one in answer.answers}
    figures = [figure for figure in answer.figures if figure.code == "area-returned"]
    if figures and figures[0].numerator is not None:
        told["returned"] = {"area_m2": figures[0].value, "rows": list(figures[0].numerator.rows)}
    told["story"] = {story.asset: story.state for story in answer.stories}
    for id_, expected in case.expect.items():
        assert {id_: {key: told[id_][key] for key in expected}} == {id_: expected}


def told_of(answer: Idleness, one: Answer) -> Mapping[str, Any]:
    """Give an answer as cases write it; what there is none of is an empty text."""
    land, step = one.land, one.land.step
    found = None if step is None else article(step.code, answer.land)
    return {
        "state": land.state,
        "start_on": land.start_on or "",
        "started_on": land.started_on or "",
        "is_legal_start": land.is_legal_start,
        "one_year_on": land.one_year_on or "",
        "two_years_on": land.two_years_on or "",
        "excused_days": land.excused_days,
        "excused_until": land.excused_until or "",
        "idle_days": land.idle_days,
        "fee_wan": "" if land.fee_wan is None else f"{float(land.fee_wan):g}",
        "step": "" if step is None else step.code,
        "actor": "" if step is None else step.actor,
        "due_on": "" if step is None or step.due_on is None else step.due_on,
        "article": "" if found is None else found.zh,
        "reasons": [reason.code for reason in land.reasons],
        "unsourced": list(unsourced(land, answer.land)),
        "low_efficiency": one.efficiency.state,
        "tests": [test.code for test in one.efficiency.met],
    }
