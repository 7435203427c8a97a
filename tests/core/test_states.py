"""A table of states that leads nowhere or from nowhere is named."""

from yinfeng.core.states import Move, State, StateTable, flaws
from yinfeng.core.text import Text

NOTHING = Text("", "")


def table(*moves: tuple[str, str]) -> StateTable:
    states = tuple(State(code, Text(code.upper(), code), NOTHING) for code in ("a", "b", "c"))
    return StateTable("letters", NOTHING, states, tuple(Move(here, there, NOTHING) for here, there in moves))


def test_a_whole_table_has_no_flaw() -> None:
    assert list(flaws(table(("a", "b"), ("b", "c"), ("c", "a")))) == []
    assert table().label("b") == Text("B", "b")


def test_flaws_are_named() -> None:
    assert list(flaws(table(("a", "b"), ("b", "x")))) == ["no state x", "nothing leads to c"]
