"""Services beside the web server: supervised, and known to live."""

import threading
import time
from collections.abc import Callable

import pytest

from alumni_site.core import background
from alumni_site.core.background import PROCESS, Background, register_service, service_names
from alumni_site.core.models import Heartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_services", {})
    monkeypatch.setattr(background, "SECONDS_BETWEEN_BEATS", 0.1)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def beating() -> set[str]:
    return set(Heartbeat.objects.filter(process=PROCESS).values_list("service", flat=True))


def test_services_run_beat_and_stop() -> None:
    register_service("one", lambda stop: stop.wait() and None)
    register_service("two", lambda stop: stop.wait() and None)
    assert service_names() == ["one", "two"]
    running = Background(["one", "two"])
    running.start()
    until(lambda: beating() == {"one", "two"})
    assert running.finish() == []
    assert beating() == set()


def test_a_service_that_crashes_is_started_again() -> None:
    starts: list[int] = []

    def crash_once(stop: threading.Event) -> None:
        starts.append(1)
        if len(starts) == 1:
            raise RuntimeError("as it should")
        stop.wait()

    register_service("crashing", crash_once)
    running = Background(["crashing"])
    running.start()
    until(lambda: len(starts) == 2)
    assert running.finish() == []


def test_a_service_that_does_not_stop_is_named() -> None:
    release = threading.Event()
    register_service("stubborn", lambda stop: release.wait(30) and None)
    running = Background(["stubborn"])
    running.start()
    assert running.finish(seconds=0.2) == ["stubborn"]
    release.set()


def test_an_unknown_service_is_an_error() -> None:
    with pytest.raises(KeyError):
        Background(["nobody"]).start()
