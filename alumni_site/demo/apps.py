from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "alumni_site.demo"
    label = "demo"
