"""The benchmarks' own bookkeeping."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import _people_needed, main
from tests.bench.bench_pages import pages
from tests.bench.pages import _files_of, browser, links_of, weight_of
from tests.bench.results import Bench, percentile
from tests.bench.site import environment_to_measure_in
from tests.bench.timing import Times, in_turns


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


def test_what_is_compared_takes_turns_and_warming_up_is_not_counted() -> None:
    order: list[str] = []
    first, second = in_turns(lambda: order.append("a"), lambda: order.append("b"), rounds=3, warm_up=2)
    assert "".join(order) == "ab" * 5
    assert [len(times) for times in (first.wall, first.processor, second.wall, second.processor)] == [3] * 4


@pytest.mark.parametrize(("wall", "is_quiet"), [(10.0, True), (12.0, True), (30.0, False)])
def test_the_wall_counts_only_while_the_machine_works_for_us(wall: float, is_quiet: bool) -> None:
    assert Times([wall] * 3, [10.0] * 3).is_quiet is is_quiet


def test_benchmarks_run_with_the_settings_of_production(tmp_path: Path) -> None:
    environment = environment_to_measure_in(tmp_path)
    assert environment["DATA_DIR"] == str(tmp_path)
    code = (
        "import django; django.setup(); from django.conf import settings as s; from django.template import engines;"
        "print(s.IS_PRODUCTION, s.DEBUG, s.STATIC_ROOT, s.STORAGES['staticfiles']['BACKEND'].split('.')[-1],"
        " type(engines['django'].engine.template_loaders[0]).__module__)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    storage, loader = "CompressedManifestStaticFilesStorage", "django.template.loaders.cached"
    assert done.stdout.split() == ["True", "False", str(tmp_path / "static"), storage, loader]


def test_a_page_weighs_what_it_makes_a_browser_fetch_of_ours() -> None:
    html = """
      <link rel="preload" href="/static/vendor/schibsted-grotesk-700.woff2" as="font"><link href="/static/css/network.css">
      <script type="module" src="/static/js/menus.js"></script><img src="/static/img/mark.svg" alt="">
      <img src="/people/1/photo/small/" alt=""><svg><use href="/static/vendor/icons.svg#Menu"/></svg><a href="/static/no.pdf">
    """
    files = set(_files_of(html))
    assert files >= {f"/static/{name}" for name in ("css/network.css", "js/menus.js", "img/mark.svg", "vendor/icons.svg")}
    assert [file for file in files if "photo" in file or file.endswith("pdf")] == []


@pytest.mark.django_db
def test_a_page_is_weighed_compressed_with_its_files() -> None:
    client = browser()
    weight = weight_of(client, "/about/")
    plain = len(client.get("/about/", headers={"accept-encoding": ""}).content)
    assert 1_000 < weight.page < plain / 2
    assert weight.files > 10_000
    assert weight.kilobytes == (weight.page + weight.files) / 1000
    assert "/help/" in [path for path, _words in links_of(client, "/about/")]


def test_every_page_is_measured_once_and_none_that_needs_a_hand() -> None:
    measured = list(pages())
    assert {"people", "profile", "my_page", "visibility", "staff_applicants", "wagtail_serve"} <= {
        route.name for route in measured
    }
    assert not any(route.prepare or route.mail_to for route in measured)
    assert len({(route.address, route.account, route.link, route.text, route.beyond) for route in measured}) == len(measured)
