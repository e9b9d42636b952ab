"""The network as it is served: one process with everything in it."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.services.commands import ROOT
from tests.services.network import Network, running_network
from tests.services.place import Place

pytestmark = [pytest.mark.xdist_group("served"), pytest.mark.slow]


SETTINGS = "tests.core.served.settings"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with running_network(tmp_path_factory.mktemp("served"), settings=SETTINGS) as running:
        yield running


def test_readyz_names_every_part(network: Network) -> None:
    with urllib.request.urlopen(f"{network.address}/readyz") as answer:
        parts = json.load(answer)["parts"]
    assert {name for name, part in parts.items() if part["ready"]} >= {"database", "cache", "worker", "search"}


def test_background_work_reaches_an_open_page(network: Network) -> None:
    address = network.address.replace("http", "ws") + "/ws/listen/"
    with connect(address) as first, connect(address) as second:
        for number in (1, 2, 3):
            first.send(json.dumps({"number": number}))
        frames = [json.loads(page.recv(timeout=15)) for page in (first, second) for _ in range(3)]
    told = {"type": "told", "v": 1}
    # What was rolled back was told to nobody.
    assert sorted(frames, key=lambda frame: frame["number"]) == [{**told, "number": n} for n in (1, 1, 2, 2, 3, 3)]


def test_log_holds_nothing_of_who_or_what(network: Network) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opener.open(f"{network.address}/accounts/login/").read()
    searched = urllib.parse.urlencode({"q": "Hovudpersonen Kattepus", "country_to": "KE"})
    for path in (f"/people/?{searched}", "/people/Kattepus@example.org/", "/people/suggest/?q=Kattepus", "/nowhere/Kattepus/"):
        try:
            opener.open(network.address + path).read()
        except urllib.error.HTTPError as answer:
            answer.close()
    sign_in(opener, network.address, "kattepus@example.org", "Kattepus-password")
    log = network.log.read_text()
    assert "accounts/login/" in log
    assert "kattepus" not in log.lower()
    assert "127.0.0.1" not in log.replace("http://127.0.0.1", "")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["event"] == "request"]
    said = {"event", "logger", "level", "timestamp", "request_id", "method", "route", "status", "ms"}
    assert all(set(line) == said for line in requests)


def sign_in(opener: urllib.request.OpenerDirector, address: str, email: str, password: str) -> None:
    cookies = next(handler.cookiejar for handler in opener.handlers if isinstance(handler, urllib.request.HTTPCookieProcessor))
    token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
    form = urllib.parse.urlencode({"login": email, "password": password, "csrfmiddlewaretoken": token}).encode()
    with opener.open(f"{address}/accounts/login/", data=form) as answer:
        assert answer.status == 200


def test_a_second_server_on_the_same_data_is_refused(network: Network) -> None:
    second = network.command("serve", "--port", "0")
    assert second.returncode == 1
    assert "already being served" in second.stderr


def test_a_taken_port_is_told_before_anything_is_done(network: Network, tmp_path: Path) -> None:
    port = network.address.rpartition(":")[2]
    environment = {**network.environment, "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "serve", "--port", port]
    second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in second.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    with running_network(tmp_path, settings=SETTINGS) as network:
        network.process.send_signal(number)
        assert network.process.wait(timeout=20) == 0
        log = network.log.read_text()
        assert "Traceback" not in log
        assert log.rstrip().endswith("Stopped.")
        assert processes_with(network.environment["DATA_DIR"]) == []
        assert Place(tmp_path, network.environment).query("SELECT count(*) FROM core_heartbeat") == [(0,)]


def test_make_run_fills_an_empty_database_and_says_who_can_sign_in(tmp_path: Path) -> None:
    with running_network(tmp_path, command=("run_demo", "--people", "12")) as network:
        address = f"http://localhost:{network.address.rpartition(':')[2]}/"
        network.process.send_signal(signal.SIGINT)
        assert network.process.wait(timeout=20) == 0
        said = network.log.read_text()
    assert f"Norec Network is at {address}\n" in said
    names = ("participant", "member", "entrepreneur", "officer", "coordinator", "adviser", "editor", "admin")
    for name in names:
        assert f"    {name}@example.org " in said
    assert "password utveksling" in said
    assert "Traceback" not in said


def processes_with(data_dir: str) -> list[int]:
    """Processes that were started for that DATA_DIR and still run."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"DATA_DIR={data_dir}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue
    return [pid for pid in found if pid != os.getpid()]
