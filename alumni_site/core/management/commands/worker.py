"""`manage.py worker`: background tasks and regular work in a process of its own. Run as many as there is work for."""

from alumni_site.core.management.services import ServiceCommand


class Command(ServiceCommand):
    help = "Run background tasks and regular work, where one process for everything is outgrown."
    services = ("worker", "schedule")
