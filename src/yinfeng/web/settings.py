"""Settings of the site. What differs between sites comes from the environment; nothing needs to be set.

YINFENG_SITE: folder of the database, files and keys. DATABASE_URL: PostgreSQL instead of SQLite.
YINFENG_HOSTS: names the site answers to. YINFENG_HTTPS=1: served behind HTTPS. YINFENG_TILES: address of a
base map, {z}/{x}/{y}. docs/reference/settings.md has them all.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
from csp.constants import SELF
from django.conf.locale import LANG_INFO

import yinfeng
from yinfeng.core.text import Text
from yinfeng.web.language import lazily
from yinfeng.web.site_files import compiled_translations, secret_key, site_folder

SITE = site_folder()
SECRET_KEY = secret_key(SITE)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("YINFENG_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
IS_HTTPS = os.environ.get("YINFENG_HTTPS") == "1"
TILES_URL = os.environ.get("YINFENG_TILES", "")

INSTALLED_APPS = [
    "yinfeng.web.desk",  # its templates stand before unfold's
    "unfold",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "yinfeng.web.audit",
    "yinfeng.web.accounts",
    "yinfeng.web.zones",
    "yinfeng.web.firms",
    "yinfeng.web.places",
    "yinfeng.web.projects",
    "yinfeng.web.files",
    "yinfeng.web.jobs",
    "yinfeng.web.ledgers",
    "yinfeng.web.imports",
    "yinfeng.web.leads",
    "yinfeng.web.runs",
    "yinfeng.web.matching",
    "yinfeng.web.takers",
    "yinfeng.web.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "yinfeng.web.frame.content_policy.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yinfeng.web.language.middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "yinfeng.web.frame.texts.middleware",
    "yinfeng.web.frame.origin.middleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yinfeng.web.frame.sitting.middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yinfeng.web.frame.refusals.middleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yinfeng.web.urls"
WSGI_APPLICATION = "yinfeng.web.wsgi.application"
_WEB = Path(__file__).parent
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["yinfeng.web.language_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": SITE / "yinfeng.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",  # a writer waits at the start, never in the middle
        "timeout": 20,
        # FULL: what was answered is on the disk, also after a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;",
    },
}
DATABASES = {
    "default": dj_database_url.config(conn_max_age=60, conn_health_checks=True)
    if os.environ.get("DATABASE_URL")
    else _SQLITE
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "yinfeng.web.accounts.passwords.SeveralKindsOfCharacters"},
    {"NAME": "yinfeng.web.accounts.passwords.NotUsedLately"},
]
PASSWORD_DAYS = int(os.environ.get("YINFENG_PASSWORD_DAYS", "180"))  # then a new one is asked for
LOGIN_URL = "/desk/login/"
LOGIN_REDIRECT_URL = "/desk/"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # an office shares one address
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # who goes on trying does not lock for longer
AXES_LOCKOUT_CALLABLE = "yinfeng.web.frame.entrance.locked_out"
AXES_CLIENT_IP_CALLABLE = "yinfeng.web.frame.address.address_of"
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has it
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
FAILURES_PER_ADDRESS = 100  # failed logins of any names, within AXES_COOLOFF_TIME
PROXIES = frozenset(filter(None, os.environ.get("YINFENG_PROXIES", "").split(",")))

SESSION_ENGINE = "yinfeng.web.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_S = 60 * int(os.environ.get("YINFENG_IDLE_MINUTES", "30"))
CONFIRMED_S = 15 * 60  # how long a password given again holds
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *([TILES_URL.split("/{")[0]] if TILES_URL else [])],
        "worker-src": [SELF, "blob:"],
        "connect-src": [SELF, *([TILES_URL.split("/{")[0]] if TILES_URL else [])],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
        "base-uri": [SELF],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in ("zh-hans", "en")]
LOCALE_PATHS = [compiled_translations(SITE)]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = f"/static/{yinfeng.__version__}/"
# Found without importing it: only its files are wanted.
_MAPLIBRE = Path(str(find_spec("maplibre").origin)).parent / "srcjs"  # type: ignore[union-attr]
STATICFILES_DIRS = [
    _WEB / "static",
    ("maplibre", _MAPLIBRE),
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
NIGHTLY = os.environ.get("YINFENG_NIGHTLY") != "no"  # see yinfeng.web.operations.nightly
JOB_KINDS = {  # what does the long work on a kind of thing: see yinfeng.web.jobs.work
    "imports": "yinfeng.web.imports.work.run",
    "runs": "yinfeng.web.runs.work.run",
}

ABOUT_PLACES = {  # what lies in the zone of its place and goes there with it: see yinfeng.web.ledgers.moving
    "deals": "matching.Deal",
    "visits": "takers.Visit",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"screen": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["screen"], "level": "WARNING"},
}

UNFOLD = {
    "SITE_TITLE": lazily(Text("引凤", "Yinfeng")),
    "SITE_HEADER": lazily(Text("引凤", "Yinfeng")),
    "SITE_SUBHEADER": lazily(Text("开发区工作台", "The zone's desk")),
    "SITE_URL": "/",
    "SITE_SYMBOL": "domain",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: f"{STATIC_URL}yinfeng/icon.svg"}
    ],
    "SHOW_BACK_BUTTON": False,
    "STYLES": [lambda request: f"{STATIC_URL}yinfeng/desk.css"],
    "SCRIPTS": [],
    "SIDEBAR": {"show_search": False, "navigation": "yinfeng.web.frame.navigation.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .013 236.6)",
            "100": "oklch(94.5% .027 236.8)",
            "200": "oklch(89.5% .06 230.9)",
            "300": "oklch(82% .11 230.3)",
            "400": "oklch(73% .15 234)",
            "500": "oklch(64% .15 240)",
            "600": "oklch(54% .145 245)",
            "700": "oklch(47% .125 246)",
            "800": "oklch(41% .1 244)",
            "900": "oklch(36.5% .085 244)",
            "950": "oklch(27.5% .063 246)",
        },
    },
}
