"""Settings of every installation; the environment decides.

AFTERCARE_MODE   dev (default), demo or prod
DATABASE_URL     postgresql://user:password@host:port/name; without it the embedded server is used
AFTERCARE_HOSTS  names the site answers to, by commas (prod; default: this machine and its networks)
AFTERCARE_HTTPS  1 when people reach it by https: cookies become secure, HSTS is sent
SECRET_KEY       made into var/ when absent, except in prod with several machines, which must share one
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aftercare.config import embedded, paths

BASE_DIR: Path = paths.ROOT
MODE = os.environ.get("AFTERCARE_MODE", "dev")
if MODE not in {"dev", "demo", "prod"}:
    raise RuntimeError(f"AFTERCARE_MODE is {MODE!r}; it must be dev, demo or prod")
HTTPS = os.environ.get("AFTERCARE_HTTPS") == "1"

DEBUG = MODE == "dev" and os.environ.get("AFTERCARE_DEBUG") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY") or paths.secret("secret-key")
ALLOWED_HOSTS = [name for name in os.environ.get("AFTERCARE_HOSTS", "").split(",") if name] or ["*"]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS if name != "*"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "aftercare.config",
    "aftercare.audit",
    "aftercare.people",
    "aftercare.customers",
    "aftercare.cases",
    "aftercare.orders",
    "aftercare.records",
    "aftercare.documents",
    "aftercare.messages",
    "aftercare.money",
    "aftercare.schedule",
    "aftercare.measures",
    "aftercare.imports",
    "aftercare.simulation",
    "aftercare.web",
    "aftercare.api",
]
AUTH_USER_MODEL = "people.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "aftercare.config.urls"
WSGI_APPLICATION = "aftercare.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at `url`, or of the embedded one when it is empty."""
    described: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # The limit keeps searches fast: what was written last is walked by each of them until the index takes it in.
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 0,
            "options": "-c gin_pending_list_limit=64kB",
        },
    }
    if not url:
        known = embedded.server().connection_parameters()
        names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
        return described | {ours: known[theirs] for ours, theirs in names.items()}
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise RuntimeError("DATABASE_URL must begin with postgresql://")
    described["OPTIONS"] |= dict(parse_qsl(parts.query))
    return described | {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
EMBEDDED = not os.environ.get("DATABASE_URL")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "aftercare_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = paths.var() / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [("vendor", BASE_DIR / "frontend" / "dist")] if (BASE_DIR / "frontend" / "dist").is_dir() else []
STATICFILES_FINDERS = [
    "aftercare.config.static.PageFiles",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(paths.files())}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if MODE == "dev" else 3600
FILES_ROOT = paths.files()
BACKUPS_ROOT = paths.backups()
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o640

PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
CSRF_FAILURE_VIEW = "aftercare.web.errors.csrf"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if HTTPS else None
X_FRAME_OPTIONS = "DENY"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"screen": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["screen"], "level": os.environ.get("AFTERCARE_LOG", "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}},
}
