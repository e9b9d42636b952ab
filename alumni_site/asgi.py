"""ASGI entry point: pages over HTTP, live updates over WebSocket."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alumni_site.settings.production")

from django.core.asgi import get_asgi_application

http_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware
from django.conf import settings

from alumni_site.core.broadcast import remember_server_loop
from alumni_site.core.garbage import collect_less_often
from alumni_site.core.serving import limit_concurrency
from alumni_site.core.start import prepare_server_start
from alumni_site.routing import websocket_urlpatterns

prepare_server_start()
application = remember_server_loop(
    limit_concurrency(
        ProtocolTypeRouter(
            {
                "http": http_application,
                "websocket": AllowedHostsOriginValidator(CookieMiddleware(URLRouter(websocket_urlpatterns))),
            }
        ),
        most=settings.ASGI_THREADS,
    )
)
collect_less_often()
