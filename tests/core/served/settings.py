"""Development settings, with production's logs and a WebSocket for tests."""

from alumni_site.settings.dev import *  # noqa: F403

ASGI_APPLICATION = "tests.core.served.asgi.application"
LOGGING = {"as_json": True, "level": "INFO"}
