"""The benchmarks' own bookkeeping."""

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import _people_needed, main
from tests.bench.results import Bench, percentile


def test_the_file_has_what_is_promised(tmp_path: Path) -> None:
    bench = Bench("example")
    bench.note("plain", 12.34567, "s")
    bench.note("quick enough", 12, "ms", baseline=10, baseline_name="straight", at_most_times=1.5)
    bench.note("too slow", 16, "ms", baseline=10, baseline_name="straight", at_most=60, at_most_times=1.5)
    path = bench.write(tmp_path / "bench")
    assert path == tmp_path / "bench" / "example.json"
    written = json.loads(path.read_text("utf-8"))
    assert set(written) == {"name", "machine", "results"}
    assert written["name"] == "example"
    assert "cores" in written["machine"]
    assert written["results"] == [
        {
            "case": "plain",
            "value": 12.346,
            "unit": "s",
            "baseline": None,
            "baseline_name": None,
            "ratio": None,
            "goal": None,
            "ok": True,
        },
        {
            "case": "quick enough",
            "value": 12,
            "unit": "ms",
            "baseline": 10,
            "baseline_name": "straight",
            "ratio": 1.2,
            "goal": "<= 1.5 x straight",
            "ok": True,
        },
        {
            "case": "too slow",
            "value": 16,
            "unit": "ms",
            "baseline": 10,
            "baseline_name": "straight",
            "ratio": 1.6,
            "goal": "<= 60 ms and <= 1.5 x straight",
            "ok": False,
        },
    ]
    assert not bench.is_good
    assert [line.split()[-1] for line in bench.table().splitlines()[1:]] == ["s", "ok", "MUCH"]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.01, 1)])
def test_percentile_is_the_nearest_rank(share: float, value: int) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == value
    assert percentile([7.0], share) == 7.0


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert "There is no benchmark nonsense. There are: " in capsys.readouterr().err


def test_how_many_people_a_benchmark_needs_is_read_without_running_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needy, modest = tmp_path / "bench_a.py", tmp_path / "bench_b.py"
    needy.write_text("import nothing_of_the_sort\nPEOPLE = 50000\n")
    modest.write_text("OTHER = 3\n")
    assert (_people_needed(needy), _people_needed(modest)) == (50_000, 0)
    monkeypatch.setenv("BENCH_PEOPLE", "300")
    assert (_people_needed(needy), _people_needed(modest)) == (300, 0)
