"""Addresses that belong to no single app."""

from django.urls import URLPattern, URLResolver, path

from alumni_site.core.views.health import alive, ready
from alumni_site.core.views.language import choose_language
from alumni_site.core.views.media import media

urlpatterns: list[URLPattern | URLResolver] = [
    path("media/<path:name>", media, name="media"),
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
    path("language/", choose_language, name="choose_language"),
]

# Served in development only.
development_urlpatterns: list[URLPattern | URLResolver] = []
