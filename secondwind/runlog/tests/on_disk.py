"""The tests' settings for another process of a test: files on disk, where both processes find them."""

from secondwind.config.testing import *  # noqa: F403  # all of them

STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
