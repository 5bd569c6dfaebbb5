"""Django's settings, made from the frozen options and from nothing else."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aboveboard.options import Options

OPTIONS = Options.from_env(os.environ)
PACKAGE = Path(__file__).resolve().parent

DEBUG = False
# Without a home there is no key yet; one that dies with the process lets makemigrations load.
SECRET_KEY = OPTIONS.secret_key or secrets.token_urlsafe(64)
ALLOWED_HOSTS = list(OPTIONS.allowed_hosts)
ROOT_URLCONF = "aboveboard.urls"
WSGI_APPLICATION = "aboveboard.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Before allauth: its pages come in the house's look.
    "aboveboard.faces.web",
    "aboveboard.faces.check",
    "aboveboard.faces.desk",
    "aboveboard.faces.portal",
    "aboveboard.faces.log",
    "aboveboard.faces.workbench",
    "aboveboard.faces.tour",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "aboveboard.apps.jobs",
    "aboveboard.apps.ledger",
    "aboveboard.apps.group",
    "aboveboard.apps.signin",
    "aboveboard.apps.accounts",
    "aboveboard.apps.vault",
    "aboveboard.apps.gate",
    "aboveboard.apps.crm",
    "aboveboard.apps.evidence",
    "aboveboard.apps.register",
    "aboveboard.apps.consent",
    "aboveboard.apps.intake",
]

MIDDLEWARE = [
    "aboveboard.faces.web.middleware.AccessLog",
    "aboveboard.faces.web.middleware.ResponseHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After the static files, which say themselves how long they may be kept.
    "aboveboard.faces.web.middleware.NothingKept",
    # Before whatever knows a session or a language: the log's files are the same for everybody.
    "aboveboard.faces.log.middleware.FilesForEverybody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "aboveboard.faces.web.middleware.SessionLimits",
    "aboveboard.faces.web.middleware.AnsweredErrors",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aboveboard.faces.web.shell.shell",
            ],
        },
    },
]


# Stores


def _sqlite(file_name: str) -> dict[str, Any]:
    """One writer at a time, and a commit is on the disk before it is believed."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": OPTIONS.home / file_name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": OPTIONS.home / f"test-{file_name}"},
    }


def _postgresql(url: str) -> dict[str, Any]:
    """Connections that stay open, with parameters bound and statements prepared by the server."""
    parts = urlsplit(url)
    extra = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": extra.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or extra.pop("port", "")),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            **extra,
            "server_side_binding": True,
            # `ledger.direct` prepares the statements of the read line itself, under names the driver must not drop.
            "prepare_threshold": None,
            # They are short, and planning one anew each time costs more than running it.
            "options": f"{extra.get('options', '')} -c plan_cache_mode=force_generic_plan".strip(),
        },
    }


def _database(url: str, file_name: str) -> dict[str, Any]:
    return _postgresql(url) if url else _sqlite(file_name)


DATABASES = {
    "default": _database(OPTIONS.database_url, "commercial.sqlite3"),
    "vault": _database(OPTIONS.vault_database_url, "cell.sqlite3"),
}
DATABASE_ROUTERS = ["aboveboard.router.StoreRouter"]

# Sign-in attempts are counted here: each web process counts for itself, so the limit holds a process.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


# Sign-in

AUTH_USER_MODEL = "signin.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "aboveboard.adapters.ClosedSignUp"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGIN_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "aboveboard.adapters.SealedSecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not OPTIONS.https
# Staff have no address in the commercial database, so none can be verified.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Aboveboard"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SESSION_COOKIE_NAME = "aboveboard_session"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = OPTIONS.https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = OPTIONS.https
CSRF_TRUSTED_ORIGINS = [OPTIONS.base_url]

SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if OPTIONS.https else 0
# With "no-referrer" browsers send "Origin: null" on forms, and every POST would be refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# The header is believed only where the operator has named a proxy that sets it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if OPTIONS.trusted_proxies and OPTIONS.https else None


# Languages, times, files

LANGUAGE_CODE = OPTIONS.language
LANGUAGES = [("en", "English"), ("cs", "Čeština")]
FORMAT_MODULE_PATH = ["aboveboard.faces.web.formats"]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = OPTIONS.time_zone

READER_OF_REQUEST = "aboveboard.faces.web.reader.reader_of"
FORM_RENDERER = "aboveboard.faces.web.rendering.FormLook"
CSRF_FAILURE_VIEW = "aboveboard.faces.web.views.errors.stale_form"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = OPTIONS.home / "outbox"
DEFAULT_FROM_EMAIL = "aboveboard@localhost"

# An upload is a stream to its parser; whatever Django must hold for a moment stays inside home.
FILE_UPLOAD_HANDLERS = [
    "aboveboard.faces.web.uploads.WhereAsked",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_TEMP_DIR = OPTIONS.home / "uploads"
# Before `aboveboard init` the folder is not there; an upload then fails rather than spill elsewhere.
SILENCED_SYSTEM_CHECKS = ["files.E001"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024


# Diagnostics: to stderr, by route name, without a value

DEFAULT_EXCEPTION_REPORTER_FILTER = "aboveboard.diagnostics.NothingPersonalFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"route_name_only": {"()": "aboveboard.diagnostics.RouteNameOnly"}},
    "formatters": {
        "places_only": {
            "()": "aboveboard.diagnostics.PlacesOnlyFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "places_only"},
        "requests": {
            "class": "logging.StreamHandler",
            "formatter": "places_only",
            "filters": ["route_name_only"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "aboveboard": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"handlers": ["requests"], "propagate": False},
        "django.security": {"handlers": ["requests"], "propagate": False},
        "django.server": {"handlers": ["requests"], "level": "WARNING", "propagate": False},
    },
}
