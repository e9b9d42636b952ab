"""What tests run on: the embedded default, or the real services that DATABASE_URL, REDIS_URL and ELASTICSEARCH_URL name."""

import os
import re
import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import CACHES, CHANNEL_LAYERS, DATABASES, REDIS_URL, STORAGES

SECRET_KEY = "tests-only"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATA_DIR = Path(tempfile.mkdtemp(prefix="norec-test-"))
MEDIA_ROOT = DATA_DIR / "media"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as where it runs: in memory, all threads share one lock a table, and who comes second is refused at once.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Hashing is meant to be slow; tests sign in a thousand times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests write faster than people do; those of the limit set their own.
MESSAGES_PER_MINUTE = 100_000
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = None
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Tests run in several processes at once; none may see another's cache, channels or indices. Each xdist worker, "gw0" and
# so on, has a number.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
ELASTICSEARCH_PREFIX = f"test-{WORKER}"
if REDIS_URL:
    REDIS_URL = re.sub(r"/\d*$", f"/{1 + int(WORKER.removeprefix('gw'))}", REDIS_URL)
    CACHES["default"]["LOCATION"] = REDIS_URL
    CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]["address"] = REDIS_URL
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = WORKER
