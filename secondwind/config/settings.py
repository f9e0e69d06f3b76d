"""Django's settings. An empty environment gives the embedded default: SQLite and one process on this machine.

Variables are read with `secondwind.config.env` and described in docs/configure.md, one row each. The rest of
this file is the same for every site.
"""

import os
import secrets
from contextlib import suppress
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from secondwind.config import env


def _home() -> Path:
    """The checkout this package lies in, or the working folder when it was installed from a wheel."""
    checkout = Path(__file__).resolve().parents[2]
    return checkout if (checkout / "pyproject.toml").exists() else Path.cwd()


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _kept_key(file: Path) -> str:
    """The secret key kept in `file`, which is made on the first start and readable by its owner alone."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with open(draft, "w", encoding="ascii", opener=_private) as out:
            out.write(secrets.token_urlsafe(50))
        # A link is made whole or not at all, so of several processes that start together one wins and the
        # others read its key.
        with suppress(FileExistsError):
            file.hardlink_to(draft)
        draft.unlink()
    return file.read_text(encoding="ascii").strip()


# --- Where things are -------------------------------------------------------------------------------------

VAR_DIR = env.path("VAR_DIR", default=_home() / "var")
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise env.BadSetting(
        "VAR_DIR", str(VAR_DIR), f"a folder that can be made and written to ({error})"
    ) from error

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY") or _kept_key(VAR_DIR / "secret-key")

SITE_URL = env.site_url("SITE_URL")
HTTPS = SITE_URL is not None and SITE_URL.scheme == "https"

_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
_HOST = [SITE_URL.hostname] if SITE_URL and SITE_URL.hostname else []
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=[*_HOST, *_LOOPBACK])

ROOT_URLCONF = "secondwind.config.urls"
WSGI_APPLICATION = "secondwind.config.wsgi.application"

# --- Rooms ------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "secondwind.api",
    "secondwind.forums",
    "secondwind.recovery",
    "secondwind.runlog",
    "secondwind.search",
    "secondwind.check",
    "secondwind.cases",
    "secondwind.notifications",
    "secondwind.accounts",
    "secondwind.jobs",
    "secondwind.bodymap",
    "secondwind.look",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # allauth's pages of passkeys and sign-ins use it
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
]

MIDDLEWARE = [
    "secondwind.api.middleware.ForPrograms",
    "django.middleware.security.SecurityMiddleware",
    "secondwind.look.caching.NothingKept",
    "secondwind.look.policy.OnePolicy",  # above WhiteNoise, so that files carry the policy too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "secondwind.accounts.middleware.Visitors",
    "secondwind.accounts.middleware.MembersTime",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [f"secondwind.look.templatetags.{name}" for name in ("quick", "files", "head")],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "secondwind.accounts.context.visitor",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",  # for pages that say `using="jinja2"`
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "secondwind.look.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "secondwind.accounts.context.visitor",
            ],
        },
    },
]

# Our own user from the first migration, because a site cannot change its user model later.
AUTH_USER_MODEL = "accounts.User"

# --- Accounts ---------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/community/"
CSRF_FAILURE_VIEW = "secondwind.accounts.pages.csrf_failure"

# How many proxies of one's own stand in front. Each appends an address to X-Forwarded-For, and only that many
# are believed, counted from the end, so that nobody can write an address of their choice.
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole_number("TRUSTED_PROXIES", default=0, least=0, most=10)

ACCOUNT_ADAPTER = "secondwind.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
# A passkey alone can make an account only where the address behind it is known to be right.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60  # in seconds, as for the code that confirms an address
ACCOUNT_CHANGE_EMAIL = True  # one address each; a new one takes its place once it is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail for each change that matters to the account's safety
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the others end; the one that changed it goes on
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_FORMS = {
    name: f"secondwind.accounts.forms.{form}"
    for name, form in {
        "add_email": "AddEmailForm",
        "change_email": "ChangeEmailForm",
        "change_password": "ChangePasswordForm",
        "confirm_email_verification_code": "ConfirmEmailForm",
        "confirm_password_reset_code": "ConfirmResetForm",
        "login": "LoginForm",
        "reauthenticate": "ReauthenticateForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "set_password": "SetPasswordForm",
        "signup": "SignupForm",
    }.items()
}
ACCOUNT_RATE_LIMITS = {  # beside allauth's own, which are kept
    "export": "6/h/user",
}

MFA_FORMS = {
    name: f"secondwind.accounts.forms.{form}"
    for name, form in {
        "activate_totp": "ActivateAppForm",
        "add_webauthn": "AddPasskeyForm",
        "authenticate": "CodeForm",
        "edit_webauthn": "RenamePasskeyForm",
        "reauthenticate": "ReauthenticateByCodeForm",
        "signup_webauthn": "SignupPasskeyForm",
    }.items()
}
MFA_ADAPTER = "secondwind.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a code of 30 seconds before or after is taken: clocks differ

# Attempts are counted here, for all processes and machines together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "secondwind_cache",
        # Django's own limit of 300 entries would let somebody push the counts of their attempts out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- Mail -------------------------------------------------------------------------------------------------

_MAIL = env.mail("MAIL_URL")
MAIL_IN_TERMINAL = _MAIL is None
if _MAIL:
    EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starttls, _MAIL.implicit_tls
    EMAIL_TIMEOUT = 10  # in seconds
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
_FROM = env.sender("MAIL_FROM", default="")
DEFAULT_FROM_EMAIL = _FROM or f"Second Wind <noreply@{_HOST[0] if _HOST else 'localhost'}>"
CONTACT_EMAIL = parseaddr(_FROM)[1]
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Replies by mail. The address takes a plus, and what comes there is piped in, or fetched from a mailbox.
REPLY_ADDRESS = parseaddr(env.sender("REPLY_ADDRESS", default=""))[1]
REPLY_MAILBOX = env.mailbox("REPLY_MAILBOX_URL")
REPLY_AUTH_HOST = env.text("REPLY_AUTH_HOST")

# --- Forums -----------------------------------------------------------------------------------------------

POINTS_CORRECT = env.whole_number("POINTS_CORRECT", default=10, least=0, most=1000)
POINTS_HELPFUL = env.whole_number("POINTS_HELPFUL", default=7, least=0, most=1000)
FLAGS_TO_HIDE = env.whole_number("FLAGS_TO_HIDE", default=5, least=1, most=100)

# --- Log --------------------------------------------------------------------------------------------------

IMPORT_MOST_MB = env.whole_number("IMPORT_MOST_MB", default=2000, least=1, most=1_000_000)
WATCH_DIR = env.path("WATCH_DIR", default=VAR_DIR) if env.text("WATCH_DIR") else None

# --- Jobs -------------------------------------------------------------------------------------------------

# A job is a row beside the data that it is about, so that both are saved or lost together.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Similar cases go by what accounts mean, too, where the sentence model is installed (docs/meaning.md).
SENTENCE_MODEL = env.flag("SENTENCE_MODEL", default=True)

# Who runs them: a thread beside the pages, `secondwind jobs` (`process`), or somebody elsewhere.
JOBS = env.text("JOBS", default="thread", choices=["thread", "process", "none"])

# --- Data -------------------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", default=VAR_DIR / "secondwind.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# An account of 100 kB is up to 300 kB as a form field (each byte as %XX), and a page may send it twice.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1_001  # of the log; each handler of files has a bound of its own
FILE_UPLOAD_HANDLERS = [
    "secondwind.forums.uploads.Measured",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Language and time ------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

# --- Static files -----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "secondwind.look.static_files.KeptAddresses"
    },
}

# --- Files that people send -------------------------------------------------------------------------------

MEDIA_ROOT = VAR_DIR / "media"

# --- Security ---------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True

CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # a probe from the same machine speaks plain HTTP
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
if HTTPS:
    # This server speaks no TLS itself, so an https site has a proxy in front, which must set this header.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if SITE_URL:
    CSRF_TRUSTED_ORIGINS = [f"{SITE_URL.scheme}://{SITE_URL.netloc}"]

# --- Logs -------------------------------------------------------------------------------------------------

# What a runner writes is health data: no request body and no query string goes into a log.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_query": {"()": "secondwind.config.logs.WithoutQuery"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_query"]},
    },
    "root": {
        "handlers": ["stderr"],
        "level": env.text("LOG_LEVEL", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"]),
    },
    "loggers": {
        # Django gives these two handlers of their own, which would print lines twice or mail them.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # At DEBUG these print SQL with its values and every template variable that is not there.
        "django.db.backends": {"level": "INFO"},
        "django.template": {"level": "INFO"},
    },
}
