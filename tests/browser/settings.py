"""The network as it really answers (no debug pages, styles kept by the browser), with the developers' pages beside it."""

import os

from alumni_site.settings.dev import *  # noqa: F403

DEBUG = False
# Hashing is meant to be slow, and many sign in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ROOT_URLCONF = "tests.browser.urls"
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
# Where a test's push service is, see tests/browser/network.py.
PUSH_TEST_ORIGINS = os.environ.get("PUSH_TEST_ORIGINS", "").split()
