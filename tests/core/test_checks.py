"""The system checks, and that production refuses to start with what they find."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from alumni_site.core import start
from alumni_site.core.checks import check_parts_fit_together, check_ready_for_people
from alumni_site.core.start import StartRefused, prepare_server_start, prepare_service_start, refuse_unsafe_start
from tests.services.commands import ROOT
from tests.services.production import AT_SCALE, ONE_PROCESS, environment

SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
POSTGRES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
LAYER_IN_MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
LAYER_ON_REDIS = {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}}
CACHE_IN_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHE_ON_REDIS = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
ON_DISK = {name: {"BACKEND": "django.core.files.storage.FileSystemStorage"} for name in ("default", "private")}
IN_BUCKET = {name: {"BACKEND": "alumni_site.core.storage.MediaS3Storage"} for name in ("default", "private")}

WELL: dict[str, Any] = {
    "PROCESSES": 6,
    "MACHINES": 2,
    "DATABASES": POSTGRES,
    "CHANNEL_LAYERS": LAYER_ON_REDIS,
    "CACHES": CACHE_ON_REDIS,
    "ELASTICSEARCH_URL": "http://search.example.no:9200",
    "STORAGES": IN_BUCKET,
}
READY: dict[str, Any] = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DEFAULT_FROM_EMAIL": "Norec <network@example.no>",
    "SITE_URL": "https://network.example.no",
    "ALLOWED_HOSTS": [".example.no"],
}


class Given:
    """Settings as a check reads them. The real ones cannot be changed so: Django would connect to another database."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


def ids(check: Callable[..., list], monkeypatch: pytest.MonkeyPatch, **values: Any) -> list[str]:
    monkeypatch.setattr("alumni_site.core.checks.settings", Given(**values))
    return [message.id for message in check(None)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"MACHINES": 0}, ["network.E001"]),
        ({"PROCESSES": 1}, ["network.E001"]),
        ({"DATABASES": SQLITE}, ["network.E002"]),
        ({"CHANNEL_LAYERS": LAYER_IN_MEMORY}, ["network.E003"]),
        ({"CACHES": CACHE_IN_MEMORY}, ["network.E004"]),
        ({"ELASTICSEARCH_URL": ""}, ["network.E005"]),
        ({"STORAGES": ON_DISK}, ["network.E006"]),
        ({"STORAGES": {**IN_BUCKET, "private": ON_DISK["private"]}}, ["network.E006"]),
        # One machine may share its disk, and one process its memory.
        ({"MACHINES": 1, "ELASTICSEARCH_URL": "", "STORAGES": ON_DISK}, []),
        (
            {
                "PROCESSES": 1,
                "MACHINES": 1,
                "DATABASES": SQLITE,
                "CHANNEL_LAYERS": LAYER_IN_MEMORY,
                "CACHES": CACHE_IN_MEMORY,
                "ELASTICSEARCH_URL": "",
                "STORAGES": ON_DISK,
            },
            [],
        ),
    ],
)
def test_what_would_lose_data_is_found(change: dict, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(check_parts_fit_together, monkeypatch, **{**WELL, **change}) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, ["network.E007"]),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, ["network.E007"]),
        ({"DEFAULT_FROM_EMAIL": "Norec <network@example.org>"}, ["network.E008"]),
        ({"SITE_URL": "http://network.example.no"}, ["network.E009"]),
        ({"SITE_URL": "https://elsewhere.no"}, ["network.E010"]),
        ({"ALLOWED_HOSTS": ["network.example.no"]}, []),
        ({"SITE_URL": "https://example.no"}, []),
        ({"SITE_URL": "https://badexample.no"}, ["network.E010"]),
    ],
)
def test_what_is_not_ready_for_people_is_found(change: dict, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(check_ready_for_people, monkeypatch, **{**READY, **change}) == expected


def load(
    values: dict[str, str], tmp_path: object, code: str = "import django; django.setup()"
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    given = environment(values, str(tmp_path))
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "development-only-and-refused-in-production-however-long-it-is"}, "SECRET_KEY"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://network.example.no"}, "SITE_URL"),
    ],
)
def test_production_settings_refuse(change: dict[str, str], words: str, tmp_path: object) -> None:
    done = load({**ONE_PROCESS, **change}, tmp_path, "import alumni_site.settings.production")
    assert done.returncode == 1
    assert f"ImproperlyConfigured: {words}" in done.stderr


@pytest.mark.parametrize(
    ("values", "server", "words"),
    [
        (ONE_PROCESS, "asgi", "This server would do no background work"),
        (ONE_PROCESS, "wsgi", "This server would do no background work"),
        ({**ONE_PROCESS, "PROCESSES": "3"}, "asgi", "the channel layer is in memory"),
        ({**AT_SCALE, "EMAIL_URL": "filemail://"}, "wsgi", "Mail goes nowhere"),
    ],
)
def test_servers_refuse_to_start(values: dict[str, str], server: str, words: str, tmp_path: object) -> None:
    done = load(values, tmp_path, f"import alumni_site.{server}")
    assert done.returncode == 1
    assert words in done.stderr


@override_settings(IS_PRODUCTION=True, PROCESSES=2)
def test_every_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "_refusals", [lambda: "The demo can sign in.", lambda: None])
    monkeypatch.setattr("django.core.checks.run_checks", lambda **kwargs: [])
    with pytest.raises(StartRefused, match="The demo can sign in"):
        refuse_unsafe_start()


@override_settings(IS_PRODUCTION=False, PROCESSES=1)
def test_development_starts_with_anything_but_a_service_that_serve_already_runs() -> None:
    refuse_unsafe_start()
    prepare_server_start()
    with pytest.raises(StartRefused, match=r"manage\.py serve"):
        prepare_service_start()
