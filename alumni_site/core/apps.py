from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "alumni_site.core"
    label = "core"
