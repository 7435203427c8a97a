"""Work side by side, so that what comes out does not hang on who was quicker.

Two methods on one question: neither learns from the other while it runs. One that settles the question makes
the other needless: it is told to end, and what it has by then is thrown away. Or any number of tasks that
have nothing to do with each other. See docs/explanation/search.md.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event
from typing import Any, Final, Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")

POLL_S: Final = 0.05
"""Seconds between two looks at the clock while others work."""


@dataclass(frozen=True, eq=False)
class Lane(Generic[A]):
    """A method, and when it leaves nothing to the other.

    settles: must never be true of what both can come to; else the quicker would win.
    """

    run: Callable[[Callable[[], bool]], A]  # given a question to ask now and then: whether to go on
    settles: Callable[[A], bool]


def side_by_side(
    first: Lane[A], second: Lane[B], keep_going: Callable[[], bool]
) -> tuple[A | None, B | None]:
    """Run two lanes, each in a thread of its own, and give what they came to; None for a needless one.

    keep_going: asked now and then in the caller's thread; False ends both, which still give what they have.
    """
    stop, settled = Event(), (Event(), Event())

    def run(lane: Lane[Any], own: Event, other: Event) -> Any:
        found = lane.run(lambda: not (stop.is_set() or other.is_set()))
        if lane.settles(found):
            own.set()
        return found

    with ThreadPoolExecutor(2) as executor:
        one: Future[A] = executor.submit(run, first, *settled)
        two: Future[B] = executor.submit(run, second, *settled[::-1])
        running: list[Future[Any]] = [one, two]
        try:
            while wait(running, POLL_S).not_done:
                if not keep_going() or any(lane.done() and lane.exception() for lane in running):
                    stop.set()
        finally:
            stop.set()
    found, other = one.result(), two.result()
    if settled[0].is_set():
        return found, None
    return (None, other) if settled[1].is_set() else (found, other)


def work_off(
    tasks: Sequence[Callable[[Callable[[], bool]], A]], go_on: Callable[[], bool], threads: int
) -> list[A]:
    """Run tasks, so many at a time, and give what they came to; each is given a question to ask now and then.

    go_on: asked now and then in the caller's thread; False ends all tasks, which still give what they have.
    """
    if min(len(tasks), threads) <= 1:
        return [task(go_on) for task in tasks]
    stop = Event()
    with ThreadPoolExecutor(threads) as executor:
        running = [executor.submit(task, lambda: not stop.is_set()) for task in tasks]
        try:
            while wait(running, POLL_S).not_done:
                if not go_on():
                    stop.set()
        finally:
            stop.set()
    return [future.result() for future in running]
