"""The site's settings for tests: a folder of its own, quick passwords.

YINFENG_TEST_DATABASE=postgresql runs the same tests on PostgreSQL.
"""

import os

from tests.web import server

os.environ["YINFENG_SITE"] = server.folder()
os.environ.pop("DATABASE_URL", None)
if os.environ.get("YINFENG_TEST_DATABASE") == "postgresql":
    os.environ["DATABASE_URL"] = server.postgresql()

from yinfeng.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
