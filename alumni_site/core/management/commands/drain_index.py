"""`manage.py drain_index`: keeps the search index true, in a process of its own. Run one."""

from alumni_site.core.management.services import ServiceCommand


class Command(ServiceCommand):
    help = "Bring every change into the search index, where one process for everything is outgrown."
    services = ("drainer",)
