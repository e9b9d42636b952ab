"""Addresses that belong to no single app."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

# Served in development only.
development_urlpatterns: list[URLPattern | URLResolver] = []
