"""The settings under which the tests run: a site's own, with what a test run must not take from its machine.

DATABASE_URL is kept, so that the same tests run on SQLite and on PostgreSQL.
"""

import os
import tempfile
from pathlib import Path

for name in ("ALLOWED_HOSTS", "DEBUG", "JOBS", "LOG_LEVEL", "SECRET_KEY_FILE", "SITE_URL"):
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "a key for tests, which keep nothing"

# Playwright's synchronous interface runs an event loop in the test's own thread, where Django would refuse to
# touch the database although nothing else runs there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# All of a site's settings (F403), and only now, because they read the environment set up above (E402).
from secondwind.config.settings import *  # noqa: E402, F403

# Files straight from the source tree; test_settings.py collects and hashes them as a site does.
# A file, as a site has: in memory several connections would share one cache, which fails where a file waits.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405 (of the settings above)
    DATABASES["default"]["TEST"] = {  # noqa: F405 (the same)
        "NAME": Path(tempfile.gettempdir()) / f"secondwind-test-{os.getpid()}.sqlite3"
    }

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
SENTENCE_MODEL = False  # those that are about it say so: loading and embedding take time
# Tests sign in more often than people; those of the limits on attempts count in a cache of their own.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
