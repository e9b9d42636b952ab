"""Addresses that belong to no single app."""

from django.urls import URLPattern, URLResolver, path

from alumni_site.core.views.app import manifest, offline, service_worker
from alumni_site.core.views.demo_mail import mail_detail, mail_html, mail_list
from alumni_site.core.views.health import alive, ready
from alumni_site.core.views.language import choose_language
from alumni_site.core.views.media import media
from alumni_site.core.views.styleguide import staff_styleguide, styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("media/<path:name>", media, name="media"),
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("offline/<str:language>/", offline, name="offline"),
    path("language/", choose_language, name="choose_language"),
]

# Served in development only.
development_urlpatterns: list[URLPattern | URLResolver] = [
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/staff/", staff_styleguide, name="styleguide_staff"),
    path("dev/mail/", mail_list, name="dev_mail_list"),
    path("dev/mail/<str:key>/", mail_detail, name="dev_mail_detail"),
    path("dev/mail/<str:key>/html/", mail_html, name="dev_mail_html"),
]
