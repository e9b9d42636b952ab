from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "alumni_site.home"
    label = "home"
