"""Every viewer kind x every field x every surface: what comes out is exactly what was chosen, no more and no less."""

from collections.abc import Callable

import pytest
from django.urls import reverse

import tests.architecture.search_surfaces  # noqa: F401 - fills the registry
from profiles.audiences import Audience
from profiles.disclosure import disclose_to
from profiles.fields import DISCLOSABLE_FIELDS
from profiles.models import Profile, User
from search.people import search_people, suggest
from search.queries import PeopleQuery
from tests.architecture.canaries import CHOICES, FIELDS, Canary, canary, choice_of_canary, every_cell, matrix
from tests.architecture.seats import Seat, blocked_seat, blocker_seat, general_seats, owner_seat
from tests.architecture.surfaces import SURFACES, Surface

pytestmark = pytest.mark.django_db
Told = dict[int, list[str]]


def expected(surface: Surface, seat: Seat, canaries: list[Canary]) -> Told:
    audience = surface.audience(seat)
    return {each.profile.pk: sorted(each.shown_to(audience) & surface.fields) for each in canaries}


def told(surface: Surface, seat: Seat, canaries: list[Canary]) -> Told:
    found = surface.found(seat, canaries)
    return {each.profile.pk: sorted(found.get(each.profile.pk, frozenset())) for each in canaries}


def is_tried(surface: Surface, seat: Seat) -> bool:
    return not surface.kinds or seat.kind in surface.kinds


@pytest.fixture
def up_to_date(request: pytest.FixtureRequest) -> Callable[[Surface], None]:
    """Brings the search index up to date, for surfaces that read it."""

    def refresh(surface: Surface) -> None:
        if surface.index:
            request.getfixturevalue("search_index").refresh()

    return refresh


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
def test_what_comes_out_is_exactly_what_was_chosen(surface: Surface, up_to_date: Callable[[Surface], None]) -> None:
    canaries = matrix()
    up_to_date(surface)
    for seat in [*general_seats(), blocked_seat(canaries), blocker_seat(canaries)]:
        if is_tried(surface, seat):
            assert told(surface, seat, canaries) == expected(surface, seat, canaries), seat.kind
    for each in canaries if surface.owners else []:
        assert told(surface, owner_seat(each), [each]) == expected(surface, owner_seat(each), [each])


def test_every_field_goes_through_every_choice() -> None:
    cells = set(every_cell())
    assert cells >= {(key, chosen) for key in FIELDS for chosen in CHOICES}
    assert {key for key, _chosen in cells} == {field.key for field in DISCLOSABLE_FIELDS}
    assert {audience for chosen in CHOICES for audience in chosen} == set(Audience)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
def test_whoever_is_not_there_comes_out_nowhere_but_at_norec(surface: Surface, up_to_date: Callable[[Surface], None]) -> None:
    """Hidden by one press, not chosen yet, suspended, unclaimed: what they once showed to all is shown to Norec at most."""
    paused, new, suspended, unclaimed = canaries = [canary(number, choice_of_canary(number)) for number in range(1, 5)]
    Profile.objects.filter(pk=paused.profile.pk).update(is_paused=True)
    Profile.objects.filter(pk=new.profile.pk).update(visibility_chosen_at=None)
    User.objects.filter(pk=suspended.profile.user.pk).update(status="suspended")
    Profile.objects.filter(pk=unclaimed.profile.pk).update(user=None)
    up_to_date(surface)
    nothing: Told = {each.profile.pk: [] for each in canaries}
    for seat in general_seats():
        if is_tried(surface, seat):
            sees = surface.audience(seat) == Audience.NOREC
            assert told(surface, seat, canaries) == (expected(surface, seat, canaries) if sees else nothing), seat.kind


def test_nobody_is_found_by_an_address_or_a_number_that_is_norecs(search_index) -> None:
    each = canary(1, choice_of_canary(1))
    search_index.refresh()
    for seat in general_seats():
        for secret in each.secrets.values():
            assert search_people(seat.viewer, PeopleQuery(text=f'"{secret}"')).total == 0
            assert suggest(seat.viewer, secret[:9], limit=8) == []


def test_suggestions_of_the_page_are_those_of_the_gate(search_index) -> None:
    each = canary(2, choice_of_canary(2))
    search_index.refresh()
    for seat in general_seats()[:6]:
        client, viewer = seat.client, seat.viewer
        for text, *_more in each.words.values():
            page = client.get(reverse("people_suggest"), {"q": text[:9]}).content.decode()
            assert (text in page) == any(text in item.label for item in suggest(viewer, text[:9], limit=8))


def test_traces_are_found_where_the_whole_person_is_disclosed() -> None:
    """The words are real: the gate lets each out where the field is shown, or the matrix would prove nothing."""
    for each in matrix():
        for audience in Audience:
            person = disclose_to(Profile.objects.with_disclosable().get(pk=each.profile.pk), audience)
            plain = {key: word for key, (word, *_) in each.words.items() if key not in ("country", "languages", "open_to")}
            found = {key for key, word in plain.items() if person is not None and word in str(person)}
            assert found == each.shown_to(audience) & set(plain)
