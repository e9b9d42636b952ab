"""Production's settings, with static files as they stand in the source: nobody has gathered them for a test."""

from alumni_site.settings.production import *  # noqa: F403
from alumni_site.settings.production import STORAGES

WHITENOISE_USE_FINDERS = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
