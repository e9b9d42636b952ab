"""What the environment makes of the settings."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.commands import ROOT
from tests.services.production import AT_SCALE, ONE_PROCESS, environment

SHOW = """
import json, django
django.setup()
from django.conf import settings
from django.core.files.storage import storages
print(json.dumps({
    "database": settings.DATABASES["default"]["ENGINE"],
    "pool": settings.DATABASES["default"]["OPTIONS"].get("pool"),
    "kept": settings.DATABASES["default"]["CONN_MAX_AGE"],
    "layer": settings.CHANNEL_LAYERS["default"]["BACKEND"],
    "cache": settings.CACHES["default"]["BACKEND"],
    "static": settings.STORAGES["staticfiles"]["BACKEND"],
    "media": storages["default"].url("images/a b.png"),
    "cookies": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
    "hsts": settings.SECURE_HSTS_SECONDS,
    "proxies": settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    "logs": settings.LOGGING["as_json"],
    "gravatar": settings.WAGTAIL_GRAVATAR_PROVIDER_URL,
    "updates": settings.WAGTAIL_ENABLE_UPDATE_CHECK,
}))
"""


def settings_with(values: dict[str, str], data_dir: Path) -> dict:
    command = [sys.executable, "-c", SHOW]
    given = environment(values, str(data_dir))
    return json.loads(subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=True).stdout)


COMMON = {
    "static": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    "media": "/media/images/a%20b.png",
    "cookies": [True, True, True],
    "hsts": 31_536_000,
    "logs": True,
    "gravatar": None,
    "updates": False,
    "kept": 0,
}


def test_one_process_needs_no_server(tmp_path: Path) -> None:
    assert settings_with(ONE_PROCESS, tmp_path) == {
        **COMMON,
        "database": "django.db.backends.sqlite3",
        "pool": None,
        "layer": "channels.layers.InMemoryChannelLayer",
        "cache": "django.core.cache.backends.locmem.LocMemCache",
        "proxies": 0,
    }


def test_at_scale_every_part_is_a_server_and_files_keep_our_address(tmp_path: Path) -> None:
    assert settings_with({**AT_SCALE, "ASGI_THREADS": "20"}, tmp_path) == {
        **COMMON,
        "database": "django.db.backends.postgresql",
        "pool": {"min_size": 1, "max_size": 28, "timeout": 20},
        "layer": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "cache": "django.core.cache.backends.redis.RedisCache",
        "proxies": 1,
    }


@pytest.mark.parametrize("languages", ["nn", "nb"])
def test_translations_are_compiled(languages: str) -> None:
    assert (ROOT / "locale" / languages / "LC_MESSAGES" / "django.mo").is_file()
