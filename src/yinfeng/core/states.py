"""Tables of states: what a thing can be, what each state means, and what leads from one to another."""

from collections.abc import Iterator
from dataclasses import dataclass

from yinfeng.core.text import Text


@dataclass(frozen=True, slots=True)
class State:
    """One state, with the words people read and the condition under which it holds."""

    code: str
    label: Text
    meaning: Text


@dataclass(frozen=True, slots=True)
class Move:
    """A way from one state to another, and what brings it about."""

    source: str
    target: str
    when: Text


@dataclass(frozen=True, slots=True)
class StateTable:
    """All states of a thing and the moves between them; the first state is where it begins."""

    name: str
    title: Text
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    def label(self, code: str) -> Text:
        """Give a state's words; KeyError for an unknown code."""
        for state in self.states:
            if state.code == code:
                return state.label
        raise KeyError(code)


def flaws(table: StateTable) -> Iterator[str]:
    """Name what is wrong with a table: a move from or to no state, a code twice, a state nothing leads to."""
    codes = [state.code for state in table.states]
    yield from (f"{code} twice" for code in sorted({code for code in codes if codes.count(code) > 1}))
    for move in table.moves:
        yield from (f"no state {code}" for code in (move.source, move.target) if code not in codes)
    reached, left = {codes[0]}, [codes[0]]
    while left:
        here = left.pop()
        new = {move.target for move in table.moves if move.source == here} - reached
        reached |= new
        left += new
    yield from (f"nothing leads to {code}" for code in codes if code not in reached)
