"""System checks for combinations that would lose data or be unsafe. `manage.py check --deploy` runs them all, and so does
every start in production (`alumni_site.core.start`).
"""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

TAG = "network"

_MAIL_THAT_GOES_NOWHERE = {
    "django.core.mail.backends.filebased.EmailBackend",
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.locmem.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
}


@register(TAG)
def check_parts_fit_together(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What one process keeps to itself must not be used by several, nor one machine's disk by several machines."""
    if settings.MACHINES < 1 or settings.PROCESSES < settings.MACHINES:
        return [
            Error(
                "MACHINES must be at least 1, and PROCESSES at least as many.",
                hint="PROCESSES counts those of all machines: web, worker and drainer.",
                id="network.E001",
            )
        ]
    several_processes = _several_processes() if settings.PROCESSES > 1 else ()
    several_machines = _several_machines() if settings.MACHINES > 1 else ()
    return [*several_processes, *several_machines]


def _several_processes() -> Iterator[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
        yield Error(
            "PROCESSES is more than 1, and the database is SQLite.",
            hint="Set DATABASE_URL to a PostgreSQL database, or run one process: PROCESSES=1 and manage.py serve.",
            id="network.E002",
        )
    if settings.CHANNEL_LAYERS["default"]["BACKEND"] == "channels.layers.InMemoryChannelLayer":
        yield Error(
            "PROCESSES is more than 1, and the channel layer is in memory: live updates would be lost.",
            hint="Set REDIS_URL.",
            id="network.E003",
        )
    if settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache":
        yield Error(
            "PROCESSES is more than 1, and each would have a cache of its own: limits on sign-in would not hold.",
            hint="Set REDIS_URL.",
            id="network.E004",
        )


def _several_machines() -> Iterator[CheckMessage]:
    if not settings.ELASTICSEARCH_URL:
        yield Error(
            "MACHINES is more than 1, and the search index is on the disk of one of them.",
            hint="Set ELASTICSEARCH_URL.",
            id="network.E005",
        )
    if any("FileSystemStorage" in settings.STORAGES[name]["BACKEND"] for name in ("default", "private")):
        yield Error(
            "MACHINES is more than 1, and uploaded files are on the disk of one of them.",
            hint="Set AWS_STORAGE_BUCKET_NAME (any S3-compatible storage).",
            id="network.E006",
        )


@register(TAG, deploy=True)
def check_ready_for_people(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What is fine on a developer's machine and not where people rely on it."""
    return list(_not_ready_for_people())


def _not_ready_for_people() -> Iterator[CheckMessage]:
    if settings.EMAIL_BACKEND in _MAIL_THAT_GOES_NOWHERE:
        yield Error(
            "Mail goes nowhere.",
            hint="Set EMAIL_URL, for example smtp+tls://user:password@mail.example.no:587.",
            id="network.E007",
        )
    if "example.org" in settings.DEFAULT_FROM_EMAIL:
        yield Error(
            "Mail would come from example.org.",
            hint="Set DEFAULT_FROM_EMAIL, for example Norec Network <network@example.no>.",
            id="network.E008",
        )
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        yield Error("SITE_URL must begin with https://.", id="network.E009")
    if not _is_allowed(site.hostname or ""):
        yield Error(
            "The host of SITE_URL is not in ALLOWED_HOSTS, so links in mails would not work.",
            id="network.E010",
        )


def _is_allowed(host: str) -> bool:
    return any(
        host == allowed or (allowed.startswith(".") and (host.endswith(allowed) or host == allowed[1:]))
        for allowed in settings.ALLOWED_HOSTS
    )
