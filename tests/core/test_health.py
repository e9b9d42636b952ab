"""`/healthz` and `/readyz`."""

import threading
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alumni_site.core import health
from alumni_site.core.background import PROCESS
from alumni_site.core.health import NotReady
from alumni_site.core.heartbeats import DEAD_AFTER, beat
from alumni_site.core.models import Heartbeat


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> dict:
    """The registry, empty, for the test to fill."""
    registry: dict = {}
    monkeypatch.setattr(health, "_checks", registry)
    return registry


def test_healthz_answers_without_the_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert "no-store" in response["Cache-Control"]


def test_readyz_says_ready_when_every_part_answers(client: Client, parts: dict) -> None:
    parts["first"] = lambda: None
    parts["second"] = lambda: None
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "ready"
    assert {name: part["ready"] for name, part in response.json()["parts"].items()} == {"first": True, "second": True}


def test_readyz_says_which_part_does_not_answer_and_keeps_secrets(client: Client, parts: dict) -> None:
    def broken() -> None:
        raise OSError("postgres://network:secret-password@db.example.org refused")

    def unwell() -> None:
        raise NotReady("the index is being built")

    parts.update(good=lambda: None, broken=broken, unwell=unwell)
    response = client.get("/readyz")
    assert response.status_code == 503
    found = {name: (part["ready"], part.get("error")) for name, part in response.json()["parts"].items()}
    assert found == {"good": (True, None), "broken": (False, "OSError"), "unwell": (False, "the index is being built")}
    assert "secret-password" not in response.content.decode()


def test_readyz_does_not_wait_for_a_part_that_hangs(client: Client, parts: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "SECONDS_TO_ANSWER", 0.2)
    release = threading.Event()
    parts.update(good=lambda: None, hanging=lambda: release.wait(30))
    began = time.monotonic()
    response = client.get("/readyz")
    release.set()
    assert time.monotonic() - began < 5
    found = {name: (part["ready"], part.get("error")) for name, part in response.json()["parts"].items()}
    assert found == {"good": (True, None), "hanging": (False, "no answer in time")}


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/readyz").status_code == 405
    assert client.post("/healthz").status_code == 405


def test_database_search_and_worker_are_asked() -> None:
    assert {"database", "search", "worker"} <= set(health._checks)


@pytest.mark.django_db
def test_worker_is_ready_only_with_a_fresh_sign_of_life() -> None:
    check = health.service_answers("worker")
    with pytest.raises(NotReady, match="no worker has given a sign of life"):
        check()
    beat(["drainer"])
    with pytest.raises(NotReady):
        check()
    beat(["worker"])
    check()
    Heartbeat.objects.filter(service="worker", process=PROCESS).update(beat_at=timezone.now() - DEAD_AFTER - timedelta(seconds=1))
    with pytest.raises(NotReady):
        check()


@pytest.mark.django_db
def test_database_is_not_ready_while_a_migration_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_is_migrated", False)
    from django.db.migrations.recorder import MigrationRecorder

    health.database_answers()
    monkeypatch.setattr(health, "_is_migrated", False)
    MigrationRecorder.Migration.objects.filter(app="core", name="0002_heartbeats_and_schedule").delete()
    with pytest.raises(NotReady, match="migrate"):
        health.database_answers()
