"""The outer clock of a solve, and its line to whoever watches."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from yinfeng.core.matching.result import Progress


@dataclass
class Clock:
    """Says whether to go on. Changes in one way only: once it has said no, it says no for good."""

    time_limit_s: float
    progress: Callable[[Progress], bool] | None
    began: float = field(default_factory=time.monotonic)
    stopped: bool = False

    @property
    def seconds(self) -> float:
        """Seconds since the solve began."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self.time_limit_s - self.seconds)

    def go_on(self) -> bool:
        """Say whether there is time left and nobody cancelled."""
        self.stopped = self.stopped or self.left <= 0.0
        return not self.stopped

    def tell(self, phase: str, bound: float, value: int | None, *, passes: tuple[int, int] = (0, 0)) -> bool:
        """Report to the watcher, who may cancel; then as `go_on`.

        bound: inf while unknown. passes: dual passes done, and the most there may be.
        """
        if self.progress is not None and not self.stopped:
            known = math.floor(bound) if math.isfinite(bound) else None
            self.stopped = not self.progress(Progress(phase, known, value, self.seconds, *passes))
        return self.go_on()
