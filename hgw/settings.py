"""Settings: one file; whatever differs per installation comes from the environment (see the table in the README)."""

from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from hgw import environment
from hgw.accounts import providers

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_folder(BASE_DIR)
BACKUP_DIR = environment.backup_folder()

DEBUG = environment.flag("HGW_DEBUG", default=False)
SECRET_KEY = environment.secret_key(DATA_DIR)
DEMO_MODE = environment.flag("HGW_DEMO", default=False)
HTTPS = environment.flag("HGW_HTTPS", default=False)
ALLOWED_HOSTS = environment.names("HGW_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.origins("HGW_ORIGINS")
# Whether other machines may come in, through a web server before us.
SERVES_OTHERS = HTTPS or bool(environment.text("HGW_HOSTS") or CSRF_TRUSTED_ORIGINS)

INSTALLED_APPS = [
    "hgw",
    "hgw.accounts",
    "hgw.audit",
    "hgw.items",
    "students",
    "meetings",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    # For its table of links and what it does of OAuth; no provider of it is loaded before somebody signs in with one.
    "allauth.socialaccount",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages go out compressed; of random length, so that their size tells nobody what stands in them.
    "django.middleware.gzip.GZipMiddleware",
    "hgw.logs.RequestIdMiddleware",  # after static files: they are many, and say nothing
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "meetings.room.middleware.RoomMiddleware",  # before the session: whoever only asks what is new leaves it alone
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hgw.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hgw.middleware.LockMiddleware",  # before anything asks who is here: behind a lock nobody is
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hgw.middleware.NoStoreMiddleware",
    "hgw.middleware.FetchSiteMiddleware",
    "hgw.middleware.ChosenSchoolMiddleware",
    "hgw.middleware.SignInMiddleware",
    "hgw.second_factor_gate.SecondFactorGate",
    "students.emergency.EmergencyMiddleware",  # before whatever asks the door
    "meetings.projection.ProjectionMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hgw.transaction.TransactionMiddleware",  # last: it opens the one transaction of the request, around the view
]

ROOT_URLCONF = "hgw.urls"
WSGI_APPLICATION = "hgw.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hgw.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": environment.database(environment.text("DATABASE_URL"), DATA_DIR)}
# Used by `migrate` alone (manage.py); read here, so that a wrong one is noticed at any start.
if owner := environment.text("HGW_OWNER_DATABASE_URL"):
    environment.database(owner, DATA_DIR, "HGW_OWNER_DATABASE_URL")
# Who is in which meeting at this moment: beside a SQLite database, in a file that may be lost (meetings/room/store.py).
ROOM_FILE = DATA_DIR / "room.sqlite3"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Sign-in: e-mail and password. Accounts are made by the school, never by the visitor.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "hgw.accounts.easy_words.EasyWordsValidator"},
]
ACCOUNT_FORMS = {
    "login": "hgw.accounts.forms.SignInForm",
    "reset_password": "hgw.accounts.new_password.NewPasswordForm",
}
ACCOUNT_ADAPTER = "hgw.accounts.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "hgw.accounts.models.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to whom nobody here knows
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds for which somebody who showed who is there is not asked again
ACCOUNT_LOGOUT_ON_GET = False
# Counted per visitor, or per account and visitor (hgw/accounts/adapter.py): whoever goes on trying waits longer, up to an
# hour, and nobody else waits with them. Nothing that is saved is counted.
ACCOUNT_RATE_LIMITS = {
    # A school comes in through one address at half past eight, and one pupil who tries addresses must not close that door
    # for everybody: what holds guessing back is the count per account.
    "login": "300/m/ip",
    "login_failed": "300/m/ip,5/5m/key,15/h/key",
    "unlock": "10/m/key,40/h/key",
    "reauthenticate": "10/15m/user",
    "passkey": "120/m/ip",
    "search": "120/m/user",
    "print": "60/10m/user",
    "export": "60/h/user",
    "invite": "100/h/user",
}
# The second step: a code of an app, a passkey, codes on paper. Who must have one: hgw/accounts/second_factor.py.
SECOND_FACTOR_OF_ALL = environment.text("HGW_SECOND_FACTOR", "") == "all"
SECOND_FACTOR = SECOND_FACTOR_OF_ALL or environment.flag("HGW_SECOND_FACTOR", default=not DEMO_MODE)
MFA_ADAPTER = "hgw.accounts.second_factor_adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Where a passkey stands for the password too, its owner has shown the device who he or she is.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "HGW"
MFA_TOTP_TOLERANCE = 1  # half a minute before and after, for a slow hand and a clock that is not quite right
MFA_FORMS = {
    "authenticate": "hgw.accounts.second_factor_adapter.CodeForm",
    "reauthenticate": "hgw.accounts.second_factor_adapter.CodeAgainForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}  # a passkey is not guessed; asking for one is counted above
# How often somebody tried: in files that all processes of this server share, beside the database, so that counting never
# waits for a save nor a save for counting. May be lost.
CACHES = {
    "default": {
        "BACKEND": "hgw.shared_cache.SharedFileCache",
        "LOCATION": DATA_DIR / "tries",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
# Single sign-on: a provider says who somebody is, the school who may come in (hgw/accounts/single_sign_on/).
SINGLE_SIGN_ON = providers.from_environment()
SOCIALACCOUNT_ADAPTER = "hgw.accounts.single_sign_on.adapter.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 4  # seconds for each question to a provider
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "account_login"

# By what somebody chooses at sign-in: seconds without anything done after which the page locks, and after which the
# sign-in ends whatever is done.
SESSION_ENGINE = "hgw.accounts.sessions"
SESSION_LOCKS_AFTER = {"shared": 15 * 60, "own": 60 * 60}
SESSION_ENDS_AFTER = {"shared": 4 * 60 * 60, "own": 12 * 60 * 60}
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"

CSRF_FAILURE_VIEW = "hgw.errors.csrf_failed"

SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0  # tries are counted per visitor, not for the whole school at once
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "hgw" / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "hgw.stylesheet.StylesheetFinder",
    "hgw.scripts.ScriptFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

# A case file and the logo of a school are the only things anybody uploads.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

MAIL_IS_SET_UP = bool(environment.text("HGW_SMTP"))
MAILERS = {"default": environment.mailer()}
DEFAULT_FROM_EMAIL = environment.text("HGW_MAIL_FROM", "hgw@localhost")

LOG_FORM = environment.log_form()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"text": {"()": "hgw.logs.TextFormatter"}, "json": {"()": "hgw.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORM}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},  # else its own handler speaks too
        "django.request": {"level": "ERROR"},  # a refused request is no trouble of ours
        "hgw.request": {"level": "INFO" if LOG_FORM == "json" else "WARNING"},
        "hgw.audit.sealing": {"level": "INFO" if LOG_FORM == "json" else "WARNING"},
    },
}
