"""Suggestions while typing, in groups, each with the address it leads to."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.viewers import Viewer
from search.engines.base import SearchUnavailable, SuggestionKind
from search.people import Suggestion, suggest
from search.queries import MAX_TEXT_LENGTH

SHORTEST = 2
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One suggestion. `count` is how many people it finds, nothing for a person."""

    item: Suggestion
    url: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    options: list[Option]


def grouped_suggestions(viewer: Viewer, typed: str) -> list[Group]:
    """People, skills, places and organisations that begin like this and that the viewer may know of. Suggestions are an
    extra: without an engine there are none, and searching says why."""
    text = typed.strip()[:MAX_TEXT_LENGTH]
    if len(text) < SHORTEST:
        return []
    try:
        found = suggest(viewer, text, limit=SHOWN)
    except SearchUnavailable:
        return []
    labels = {
        SuggestionKind.PERSON: _("People"),
        SuggestionKind.SKILL: _("Knows about"),
        SuggestionKind.PLACE: _("Places"),
        SuggestionKind.ORGANISATION: _("Organisations"),
    }
    groups = [Group(label, [_option(item) for item in found if item.kind == kind]) for kind, label in labels.items()]
    return [group for group in groups if group.options]


def _option(item: Suggestion) -> Option:
    if item.kind == SuggestionKind.PERSON:
        return Option(item, reverse("profile", args=[item.value]), None)
    if item.kind == SuggestionKind.SKILL:
        asked = {"skill": item.value}
    else:
        # Some organisations send, some host, some both: its name as a phrase finds everybody.
        asked = {"q": item.value if item.kind == SuggestionKind.PLACE else '"{}"'.format(item.label.replace('"', " "))}
    return Option(item, f"{reverse('people')}?{urlencode(asked)}", item.count)
