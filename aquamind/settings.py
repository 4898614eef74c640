"""Settings of the AquaMind project.

Environment:
    DATABASE_URL          PostgreSQL to use; without it the embedded server starts by itself
    AQUAMIND_DATA_DIR     folder of the embedded server and the secret key (default .aquamind
                          in the checkout, or in the user's data folder)
    AQUAMIND_EXTRA_APPS   comma-separated apps to add
    AQUAMIND_DEBUG        1 for Django's debug pages
    DJANGO_SECRET_KEY     secret key instead of the installation's own
"""

import os

from django.utils.functional import lazy

from aquamind import installation
from aquamind.program import HOME

AQUAMIND_DATA_DIR = installation.data_dir(HOME)

# Lazy, so that a command that signs nothing leaves no file behind.
SECRET_KEY = lazy(installation.secret_key, str)(AQUAMIND_DATA_DIR)
DEBUG = os.environ.get("AQUAMIND_DEBUG") == "1"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "simple_history",
    "aquamind.embedded",
    "aquamind.users",
    "aquamind.infrastructure",
    "aquamind.batch",
    "aquamind.environmental",
    "aquamind.inventory",
    "aquamind.health",
    "aquamind.harvest",
    "aquamind.broodstock",
    "aquamind.finance",
    "aquamind.finance_core",
    "aquamind.scenario",
    "aquamind.planning",
    "aquamind.historian",
    "aquamind.migration_support",
    "aquamind.db",
    "aquamind.dashboard",
    *filter(None, os.environ.get("AQUAMIND_EXTRA_APPS", "").split(",")),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "aquamind.urls"
WSGI_APPLICATION = "aquamind.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": installation.database(os.environ.get("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "aquamind.formats"

STATIC_URL = "static/"
MEDIA_URL = "media/"
MEDIA_ROOT = AQUAMIND_DATA_DIR / "media"

# History columns have the type of the tracked column, also for files.
SIMPLE_HISTORY_FILEFIELD_TO_CHARFIELD = True
