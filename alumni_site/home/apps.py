from functools import partial
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.db.models.signals import post_migrate


class HomeConfig(AppConfig):
    name = "alumni_site.home"
    label = "home"

    def ready(self) -> None:
        from alumni_site.core.navigation import Place, register_links
        from alumni_site.home.links import page_links, watch_pages

        for place in (Place.MAIN, Place.HELP, Place.RIGHTS):
            register_links(place, partial(page_links, place))
        watch_pages()
        post_migrate.connect(_create_start_pages, sender=self)


def _create_start_pages(apps: Any = installed_apps, **kwargs: Any) -> None:
    """After each migration, so that a new network has its front page without another step.

    When an old state was migrated to, the tables are not those of today's models, and nothing is made.
    """
    from django.contrib.contenttypes.models import ContentType

    from alumni_site.home.models import HomePage, StandardPage
    from alumni_site.home.pages import create_start_pages

    # After a flush (a test that commits) the types have new numbers, and this may run before Django forgets the old ones.
    ContentType.objects.clear_cache()
    for model in (HomePage, StandardPage):
        try:
            migrated = apps.get_model("home", model.__name__)
        except LookupError:
            return
        if {field.name for field in migrated._meta.local_fields} != {field.name for field in model._meta.local_fields}:
            return
    create_start_pages()
