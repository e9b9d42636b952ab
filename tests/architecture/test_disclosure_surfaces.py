"""Fails when something new reaches a person without the disclosure gate: source, template, address, document, serializer.

Two guards. One reads the source: what touches a `Profile` stands in allowed_readers.toml with its reason, or the test fails.
One visits every address as every kind of viewer with somebody who shows nothing: none of their words may come out.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from modelsearch.index import get_indexed_models
from wagtail.snippets.models import get_snippet_models

from alumni_site.core.indexing import document_sources
from alumni_site.core.views.errors import page_not_found
from profiles.models import CorrectionRequest, Profile, User
from tests.architecture.addresses import Address, addresses, patterns
from tests.architecture.canaries import FIELDS, NOBODY, Canary, canary, choice_of_canary
from tests.architecture.guard import ROOT, reads_of_source, reads_of_template, source_files, template_files
from tests.architecture.seats import Seat, blocked_seat, general_seats
from tests.factories import UserFactory

ALLOWED: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests/architecture/allowed_readers.toml").read_text())


# --- the source ---------------------------------------------------------------------------------------------------------


def _reads() -> dict[str, set[str]]:
    found = {str(path.relative_to(ROOT)): reads_of_source(path.read_text()) for path in source_files()}
    found |= {str(path.relative_to(ROOT)): reads_of_template(path.read_text()) for path in template_files()}
    return {path: reads for path, reads in found.items() if reads}


def test_whoever_reads_a_person_without_the_gate_has_a_reason() -> None:
    new = {path: sorted(reads - set(ALLOWED.get(path, {}).get("reads", []))) for path, reads in _reads().items()}
    assert {path: reads for path, reads in new.items() if reads} == {}, (
        "These reach a Profile without profiles/disclosure.py. Take a DisclosedProfile; or, where the page is the owner's or "
        "a policy allows it, write the reason into tests/architecture/allowed_readers.toml."
    )


def test_reasons_are_there_and_for_what_still_is() -> None:
    assert all(entry["why"].strip() for entry in ALLOWED.values())
    found = _reads()
    stale = {path: sorted(set(entry["reads"]) - found.get(path, set())) for path, entry in ALLOWED.items()}
    assert {path: reads for path, reads in stale.items() if reads} == {}, "No longer true: take it out of the list"


@pytest.mark.parametrize(
    "source",
    [
        "from profiles.models import Profile",
        "from profiles.models.people import Profile as Person",
        "def late():\n    from profiles.models import Profile",
        "from profiles.models import *",
        "import profiles.models as m\nm.Profile.objects.all()",
        'apps.get_model("profiles", "Profile")',
        'apps.get_model("profiles.Profile")',
        "def view(request):\n    return request.user.profile.headline",
        "print(user.email)",
        'Exchange.objects.values_list("profile__headline")',
        'Exchange.objects.select_related("profile")',
        'Skill.objects.annotate(who=F("profile__chosen_name"))',
        "from rest_framework import serializers",
        "import ninja",
        "from django.core import serializers",
    ],
)
def test_guard_bites_in_source(source: str) -> None:
    assert reads_of_source(source)


@pytest.mark.parametrize(
    "template",
    [
        "{{ profile.headline }}",
        "{{ request.user.email }}",
        "{{ user.profile.about|linebreaks }}",
        "{% avatar profile %}",
        "{% if exchange.profile.name %}x{% endif %}",
        "{% blocktranslate with name=member.user.get_full_name %}{{ name }}{% endblocktranslate %}",
        '{% include "x.html" with person=profile %}',
    ],
)
def test_guard_bites_in_templates(template: str) -> None:
    assert reads_of_template(template)


@pytest.mark.parametrize(
    "harmless",
    [
        '{% url "profile" person.uuid %}',
        "{{ person.name }}",
        '{% translate "My profile" %}',
        "{# profile.name #}",
        "{{ page.profiles_shown }}",
    ],
)
def test_guard_lets_what_is_disclosed_pass(harmless: str) -> None:
    assert reads_of_template(harmless) == set()
    assert reads_of_source("from profiles.disclosure import disclose\nperson.headline\nurl = reverse('profile')") == set()


# --- what frameworks make of models by themselves ---------------------------------------------------------------------------


def test_no_framework_lists_or_indexes_people_by_itself() -> None:
    """The documents of people are the gate's. A new kind of document belongs into the matrix before it stands here."""
    assert set(document_sources()) == {"people"}
    listed = [*get_snippet_models(), *get_indexed_models()]
    ours = {model for model in listed if model.__module__.startswith("profiles")}
    assert ours == set()


# --- every address ----------------------------------------------------------------------------------------------------------

# Words of the vocabulary and names of organisations belong to nobody: advisers keep their lists.
_LISTS_OF_ADVISERS = {
    "staff_vocabulary": {"skills", "sectors", "sdgs"},
    "staff_term": {"skills", "sectors"},
    "staff_merge_term": {"skills"},
    "staff_decline_term": {"skills", "sectors"},
    "staff_new_term": {"sectors"},
}
# What advisers need to tell two people apart (profiles/accounts/policies.py) and to correct a fact.
_SECRETS_FOR_ADVISERS = {
    "staff_member": {"the address they sign in with", "their number", "the address on file"},
    "staff_members": {"the address they sign in with", "their number", "the address on file"},
    "staff_record": {"their number", "the address on file", "the number of an exchange"},
    "staff_exchange": {"the number of an exchange"},
    "staff_remove_exchange": {"the number of an exchange"},
}
_PAGES_ABOUT_ONESELF = ("me/", "notices/")


def _viewers(each: Canary) -> list[Seat]:
    chief = UserFactory(is_staff=True, is_superuser=True)
    kinds = [seat for seat in general_seats() if seat.kind not in ("participant", "suspended adviser")]
    return [*kinds, blocked_seat([each]), Seat("superuser", None, chief)]


def _may_come_out(seat: Seat, address: Address) -> set[str]:
    """Fields that this address may show this viewer of somebody who shows nothing: what is Norec's own."""
    if seat.kind not in ("adviser", "editor", "superuser"):
        return set()
    return {"name", "exchanges"} | _LISTS_OF_ADVISERS.get(address.name, set())


def _secrets_that_may(seat: Seat, address: Address) -> set[str]:
    return _SECRETS_FOR_ADVISERS.get(address.name, set()) if seat.kind in ("adviser", "superuser") else set()


@pytest.fixture
def hidden(search_index, db: None) -> Canary:
    """Somebody who shows nothing to anybody, with something of everything an address may ask for."""
    each = canary(0, dict.fromkeys(FIELDS, NOBODY))
    CorrectionRequest.objects.create(profile=each.profile, exchange=each.profile.exchanges.get(), text="The date is wrong.")
    search_index.refresh()
    return each


# The address of a picture has the person's own address in it, which the walk asks for; what all are open to is one list.
_IN_EVERYTHING = {"photo", "open_to"}
# Names that stand in lists to choose from, whoever lives there or speaks it.
_IN_LISTS = {"country", "languages"}


def _found(each: Canary, text: str) -> set[str]:
    without_lists = re.sub(r"<option.*?</option>", "", text, flags=re.DOTALL)
    return (set(each.found_in(text)) - _IN_LISTS | (each.found_in(without_lists) & _IN_LISTS)) - _IN_EVERYTHING


def _text(answer: HttpResponse) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{headers}\n{body.decode(errors='replace')}"


@pytest.fixture
def one_404_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page that says "not here" is made once for each viewer: two thirds of all addresses answer with it, and it differs in
    nothing but the address, which it has from the reader."""
    made: dict[int | None, bytes] = {}

    def once_each(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        reader = request.user.pk
        if reader not in made:
            made[reader] = page_not_found(request, exception).content.replace(request.get_full_path().encode(), b"")
        return HttpResponse(made[reader], status=404)

    monkeypatch.setattr("alumni_site.urls.handler404", once_each)


@pytest.mark.slow
@pytest.mark.django_db
def test_no_address_shows_anything_of_somebody_who_shows_nothing(hidden: Canary, one_404_each: None) -> None:
    only_posted: set[str] = set()
    for seat in _viewers(hidden):
        client = seat.client
        client.raise_request_exception = False
        for address in addresses(hidden):
            if address.name in only_posted or (address.path.startswith("/cms/") and seat.kind != "superuser"):
                continue
            answer = client.get(address.path)
            if answer.status_code == 405:
                only_posted.add(address.name)
            assert answer.status_code < 500 or answer.status_code == 503, (seat.kind, address)
            text = _text(answer).replace(address.path, "")
            where = (seat.kind, address)
            assert _found(hidden, text) <= _may_come_out(seat, address), where
            assert set(hidden.secrets_in(text)) <= _secrets_that_may(seat, address), where
            assert hidden.codes["photo"] not in text, where
            if answer.status_code == 200:
                _check_context(answer, where)
            if answer.wsgi_request.user.pk != (seat.user.pk if seat.user else None) and seat.user is not None:
                client.force_login(seat.user)  # an address has signed the viewer out


def _check_context(answer: HttpResponse, where: tuple[str, Address]) -> None:
    """Templates get a DisclosedProfile, but for pages about oneself and those the list allows."""
    for context in answer.context or []:
        for name, value in context.flatten().items() if hasattr(context, "flatten") else []:
            assert not _has_person(value), (where, name)


def _has_person(value: Any, depth: int = 3) -> bool:
    if isinstance(value, (Profile, User)):
        return isinstance(value, Profile)
    if depth == 0 or isinstance(value, (str, bytes)):
        return False
    if isinstance(value, dict):
        return any(_has_person(item, depth - 1) for item in value.values())
    if isinstance(value, Page):
        return _has_person(value.object_list, depth)
    if isinstance(value, (list, tuple, set, QuerySet)):
        return any(_has_person(item, depth - 1) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return any(_has_person(getattr(value, each.name), depth - 1) for each in fields(value))
    return False


def test_page_that_gets_a_person_is_noticed() -> None:
    person = Profile(first_name="Grace")
    assert _has_person(person)
    assert _has_person({"rows": [{"person": person}]})
    assert not _has_person({"rows": [{"person": "Grace"}], "user": User()})


@pytest.mark.django_db
def test_words_would_be_noticed_if_they_came_out(search_index) -> None:
    """The same walk finds somebody who shows everything: so it looks where people are shown."""
    open_to_all = canary(0, dict.fromkeys(FIELDS, choice_of_canary(1)["name"]))
    CorrectionRequest.objects.create(profile=open_to_all.profile, text="x")
    search_index.refresh()
    client = general_seats()[0].client
    seen: set[str] = set()
    for address in addresses(open_to_all):
        if address.path.startswith(("/people/",)):
            seen |= open_to_all.found_in(_text(client.get(address.path)))
    assert seen == set(FIELDS)


def test_every_address_of_ours_is_visited(hidden: Canary) -> None:
    """An address that takes something new makes this fail until the walk knows what to fill in."""
    visited = {address.name for address in addresses(hidden)}
    ours: Iterator[str | None] = (
        pattern.name for text, pattern in patterns() if not text.startswith(("cms/", "^", "documents/", "_util/", "accounts/"))
    )
    assert {name for name in ours if name} <= visited
