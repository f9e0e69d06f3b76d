"""The entry point for a WSGI server: `granian --interface wsgi secondwind.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from secondwind.look.pagecache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")

application = PageCache(get_wsgi_application())
