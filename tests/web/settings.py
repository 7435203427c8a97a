"""The site's settings for tests: a folder of its own, quick passwords."""

import os
import tempfile

os.environ["YINFENG_SITE"] = tempfile.mkdtemp(prefix="yinfeng-test-")

from yinfeng.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
