"""The network as it really answers (no debug pages, styles kept by the browser), with the developers' pages beside it."""

from alumni_site.settings.dev import *  # noqa: F403

DEBUG = False
ROOT_URLCONF = "tests.browser.urls"
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
