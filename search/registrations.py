"""What the resource bank adds to the pages of others: links, a panel on "my page", a kind of notice, regular work."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from alumni_site.core.navigation import NavigationItem, Place, register_navigation
from alumni_site.core.panels import Panel, PanelPlace, register_panel
from alumni_site.core.schedule import register_job
from notifications.kinds import MailPace, Notice, NotificationKind, register_kind
from search import profile_actions
from search.policies import can_keep
from search.reading import saved_searches_panel
from search.saved import NEW_PEOPLE, note_new_people

BETWEEN_NOTES = timedelta(hours=1)


def register() -> None:
    """Fill the registries of the layers below. Called once, from `SearchConfig.ready`."""
    register_navigation(NavigationItem(Place.MAIN, _("People"), "people", order=10))
    register_navigation(NavigationItem(Place.ACCOUNT, _("Saved searches"), "saved_searches", order=60, shown_to=can_keep))
    register_navigation(NavigationItem(Place.ACCOUNT, _("Saved people"), "saved_people", order=61, shown_to=can_keep))
    register_panel(
        Panel("saved_searches", PanelPlace.ME_MAIN, "search/_saved_searches_panel.html", saved_searches_panel, order=80)
    )
    register_kind(
        NotificationKind(
            NEW_PEOPLE,
            _("Somebody new fits a saved search"),
            _describe,
            icon="PersonPlus",
            mail=MailPace.DAILY,
            outside=_describe_outside,
        )
    )
    profile_actions.register()
    register_job("note_saved_searches", every=BETWEEN_NOTES, run=note_new_people)


def _describe(data: Mapping[str, Any]) -> Notice:
    """Says how many, and leads to who they are: what of them may be shown is found out there, each time."""
    count = data["count"]
    text = ngettext("%(count)s new person fits “%(name)s”", "%(count)s new people fit “%(name)s”", count)
    return Notice(text % {"count": count, "name": data["name"]}, reverse("saved_search", args=[data["search"]]))


def _describe_outside(data: Mapping[str, Any], number: int) -> Notice:
    """The same without the name of the search, which is the reader's own and may say what they look for."""
    count = data["count"]
    text = ngettext("%(count)s new person fits a search you saved", "%(count)s new people fit a search you saved", count)
    return Notice(text % {"count": count}, reverse("saved_search", args=[data["search"]]))
