"""What a benchmark found out: a table for reading, a file for comparing."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """One figure. `goal` says in words what it must be; without one it is only told.

    `baseline` is what `value` is compared with, measured in the same run, and `ratio` the one through the other.
    """

    case: str
    value: float
    unit: str
    baseline: float | None = None
    baseline_name: str | None = None
    ratio: float | None = None
    goal: str | None = None
    ok: bool = True


@dataclass
class Bench:
    """Collects the figures of one benchmark. `at_most` is a limit on the value, `at_most_times` one on the ratio."""

    name: str
    results: list[Result] = field(default_factory=list)

    def note(
        self,
        case: str,
        value: float,
        unit: str,
        *,
        baseline: float | None = None,
        baseline_name: str | None = None,
        at_most: float | None = None,
        at_most_times: float | None = None,
    ) -> None:
        """Add a figure and say whether it is good enough."""
        ratio = round(value / baseline, 3) if baseline else None
        goals = []
        if at_most is not None:
            goals.append((f"<= {at_most:g} {unit}", value <= at_most))
        if at_most_times is not None:
            goals.append((f"<= {at_most_times:g} x {baseline_name}", ratio is not None and ratio <= at_most_times))
        self.results.append(
            Result(
                case=case,
                value=round(value, 3),
                unit=unit,
                baseline=None if baseline is None else round(baseline, 3),
                baseline_name=baseline_name,
                ratio=ratio,
                goal=" and ".join(goal for goal, _ in goals) or None,
                ok=all(is_met for _, is_met in goals),
            )
        )

    @property
    def is_good(self) -> bool:
        """Whether every goal is met."""
        return all(result.ok for result in self.results)

    def as_data(self) -> dict[str, object]:
        return {"name": self.name, "machine": machine(), "results": [asdict(result) for result in self.results]}

    def write(self, folder: Path) -> Path:
        """Write `NAME.json` into the folder; returns its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps(self.as_data(), ensure_ascii=False, indent=2) + "\n", "utf-8")
        return path

    def table(self) -> str:
        """The figures under each other, for a terminal."""
        heads = ["case", "value", "unit", "baseline", "ratio", "goal", ""]
        rows = [heads, *(_row(result) for result in self.results)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _row(result: Result) -> list[str]:
    baseline = "" if result.baseline is None else f"{result.baseline:g} {result.baseline_name or ''}".strip()
    return [
        result.case,
        f"{result.value:g}",
        result.unit,
        baseline,
        "" if result.ratio is None else f"{result.ratio:.2f}",
        result.goal or "",
        "" if result.goal is None else "ok" if result.ok else "TOO MUCH",
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed: the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def machine() -> str:
    """What it was measured on: processor, cores, memory, system, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
