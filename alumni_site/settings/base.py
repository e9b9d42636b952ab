"""Settings common to every environment. What differs between machines comes from environment variables; `.env.example` names each."""

import zoneinfo
from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

# Where the embedded parts keep their state: database, search index, uploads, benchmark results.
DATA_DIR = Path(env.path("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env.str("SECRET_KEY", default="")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
# How many processes and machines run this installation at the same time. Checks refuse what would then lose data.
PROCESSES = env.int("PROCESSES", default=1)
MACHINES = env.int("MACHINES", default=1)
# Requests that run at once in one process; each has a thread and a database connection.
ASGI_THREADS = env.int("ASGI_THREADS", default=16)
# Threads that answer to the sockets of messages, beside the requests; each has a database connection.
MESSAGING_THREADS = env.int("MESSAGING_THREADS", default=4)
# How many proxies of ours stand in front, so that the visitor's own address can be told from the headers.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
IS_PRODUCTION = False
REDIS_URL = env.str("REDIS_URL", default="")
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="")
# Begins the names of our indices, so that several installations can share a node.
ELASTICSEARCH_PREFIX = env.str("ELASTICSEARCH_PREFIX", default="norec")

INSTALLED_APPS = [
    # First, because every {% static %} of a page looks whether it is here.
    "django.contrib.staticfiles",
    "alumni_site.home",
    "search",
    "messaging",
    "profiles",
    "notifications",
    "privacy",
    "alumni_site.core",
    "alumni_site.demo",
    # Not "daphne" itself: it would load Twisted into every command, and `serve` starts its server without being an app.
    "channels",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "alumni_site.core.middleware.request_id.RequestIdMiddleware",
    "alumni_site.core.middleware.streaming.StreamingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "alumni_site.core.middleware.headers.ContentPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "alumni_site.core.middleware.headers.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "alumni_site.core.middleware.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "profiles.middleware.TimeZoneMiddleware",
    "profiles.middleware.ViewerMiddleware",
]

ROOT_URLCONF = "alumni_site.urls"
ASGI_APPLICATION = "alumni_site.asgi.application"
WSGI_APPLICATION = "alumni_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # under ASGI a kept connection is leaked; the pool below does it right
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA cache_size=-65536;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        # Every request that runs at once, every thread of the sockets, and every service beside them.
        "max_size": ASGI_THREADS + MESSAGING_THREADS + 4,
        "timeout": 20,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache, sessions, channel layer, background work ------------------------------------------------------------------
CACHES: dict[str, Any]
CHANNEL_LAYERS: dict[str, Any]
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # redis-py stops at 100 connections unless told otherwise.
            "CONFIG": {"hosts": [{"address": REDIS_URL, "max_connections": 10_000}]},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            # One channel serves all sockets of the process: it must hold a burst, and must not be thrown out of its group
            # because a laptop slept, nor after a day (which is what the layer does unless it is told otherwise).
            "CONFIG": {"capacity": 10_000, "expiry": 86_400, "group_expiry": 10 * 365 * 86_400},
        }
    }
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "alumni_site.core.views.errors.csrf_failure"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# --- People and sign-in ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "profiles.User"
AUTHENTICATION_BACKENDS = ["profiles.accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/me/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "profiles.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "profiles.accounts.forms.LoginForm",
    "signup": "profiles.accounts.forms.SignupForm",
    "reset_password": "profiles.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "profiles.accounts.forms.ResetPasswordKeyForm",
    "change_password": "profiles.accounts.forms.ChangePasswordForm",
    "set_password": "profiles.accounts.forms.SetPasswordForm",
    "add_email": "profiles.accounts.forms.AddEmailForm",
    "reauthenticate": "profiles.accounts.forms.ReauthenticateForm",
}
ACCOUNT_CHANGE_EMAIL = True  # one address an account; a new one takes the old one's place when it is verified
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up: docs/decisions/proof-of-address.md
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# --- Mail -------------------------------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="filemail://")
if EMAIL_URL == "filemail://":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
else:
    vars().update(env.email_url("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Norec Network <network@example.org>")
# A mail server that does not answer holds up no more than this.
EMAIL_TIMEOUT = 15
# Signs pushes to browsers. Without it a key is made once, under DATA_DIR.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
# Push services that tests start themselves, without TLS and on this machine.
PUSH_TEST_ORIGINS: list[str] = []

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGES = [("nn", _("Nynorsk")), ("nb", _("Bokmål")), ("en", _("English"))]
LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["alumni_site.formats"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# --- Files -------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = BASE_DIR / "static_root"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "static_built"]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # People's pictures: never under MEDIA_URL, a view serves them after asking who may see them.
    "private": {"BACKEND": "profiles.storage.PrivateFileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# S3-compatible storage, where several machines share the files. Keys are found the way every AWS tool finds them.
AWS_STORAGE_BUCKET_NAME = env.str("AWS_STORAGE_BUCKET_NAME", default="")
if AWS_STORAGE_BUCKET_NAME:
    _bucket = {
        "bucket_name": AWS_STORAGE_BUCKET_NAME,
        "access_key": env.str("AWS_ACCESS_KEY_ID", default=None),
        "secret_key": env.str("AWS_SECRET_ACCESS_KEY", default=None),
        "endpoint_url": env.str("AWS_S3_ENDPOINT_URL", default=None),
        "region_name": env.str("AWS_S3_REGION_NAME", default=None),
        "file_overwrite": False,
        "default_acl": None,
    }
    STORAGES["default"] = {
        "BACKEND": "alumni_site.core.storage.MediaS3Storage",
        "OPTIONS": {**_bucket, "location": "media"},
    }
    STORAGES["private"] = {
        "BACKEND": "alumni_site.core.storage.PrivateS3Storage",
        "OPTIONS": {**_bucket, "location": "private"},
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A virus scanner that speaks ClamAV's protocol: tcp://host:port or unix:///path. Files in messages are checked by it.
CLAMAV_URL = env.str("CLAMAV_URL", default="")

# --- Messages -------------------------------------------------------------------------------------------------------------
# Who writes more in a minute has to wait, and is shown to Norec.
MESSAGES_PER_MINUTE = env.int("MESSAGES_PER_MINUTE", default=30)

# --- Wagtail -------------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Norec Network"
WAGTAILADMIN_BASE_URL = SITE_URL
# Accounts have one sign-in and one settings page, with their rate limits and their log; not a second set in the admin.
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# No third-party request, the admin included.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
# Python knows more names than browsers do: "localtime", and old names without a place.
WAGTAIL_USER_TIME_ZONES = sorted({"UTC"} | {name for name in zoneinfo.available_timezones() if "/" in name})
WAGTAILADMIN_PERMITTED_LANGUAGES = [("nb", "Bokmål"), ("en", "English")]

# --- Logs -------------------------------------------------------------------------------------------------------------
LOGGING_CONFIG = "alumni_site.core.logging.configure"
LOGGING = {"as_json": True, "level": env.str("LOG_LEVEL", default="INFO")}

# --- Security ---------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}
# Wagtail's admin writes scripts and styles into its pages, and shows pictures before they are saved. Editors only, and no
# other host than ours there either.
CMS_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "media-src": ["'self'", "blob:"],
    "frame-src": ["'self'"],
    "frame-ancestors": ["'self'"],
}
CMS_PATH = "/cms/"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
