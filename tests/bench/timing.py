"""How long something takes: by the clock on the wall, and by the processor's, which other people's work does not turn."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bench.results import percentile

# When the wall shows so many times what the processor does, the machine is busy with something else.
_QUIET = 1.25


@dataclass
class Times:
    """Milliseconds of each round. The processor's are those of this process, all its threads together."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def take(self, ask: Callable[[], Any], *, keep: bool = True) -> None:
        """Do it once, and note how long it took if `keep`."""
        wall, processor = time.perf_counter(), time.process_time()
        ask()
        if keep:
            self.processor.append((time.process_time() - processor) * 1000)
            self.wall.append((time.perf_counter() - wall) * 1000)

    @property
    def is_quiet(self) -> bool:
        """Whether the wall's clock tells of us, and not of whoever else the machine worked for meanwhile."""
        return percentile(self.wall, 0.5) <= _QUIET * percentile(self.processor, 0.5)

    def __add__(self, other: "Times") -> "Times":
        return Times(self.wall + other.wall, self.processor + other.processor)


def in_turns(*asks: Callable[[], Any], rounds: int, warm_up: int = 5) -> list[Times]:
    """Each in turn, so many rounds after a few to warm up: whatever else the machine does then hits all of them."""
    times = [Times() for _ in asks]
    for number in range(warm_up + rounds):
        for kept, ask in zip(times, asks, strict=True):
            kept.take(ask, keep=number >= warm_up)
    return times
