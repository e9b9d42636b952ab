"""Production's settings, for a benchmark: on this machine, without TLS before it."""

from alumni_site.settings.production import *  # noqa: F403
from alumni_site.settings.production import DATA_DIR

SECURE_SSL_REDIRECT = False
STATIC_ROOT = DATA_DIR / "static"
