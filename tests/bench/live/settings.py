"""The settings of the site that is measured, with one more WebSocket."""

from alumni_site.settings.dev import *  # noqa: F403

ASGI_APPLICATION = "tests.bench.live.asgi.application"
LOGGING = {"as_json": True, "level": "WARNING"}
