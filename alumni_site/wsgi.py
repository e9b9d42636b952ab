"""WSGI entry point, for pages behind a proxy where one process is outgrown."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alumni_site.settings.production")
application = get_wsgi_application()

from alumni_site.core.garbage import collect_less_often
from alumni_site.core.start import prepare_server_start

prepare_server_start()
collect_less_often()
