"""Prepared queries answer as Django's own do, whatever the values, in every thread, and are put together once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils import timezone

from alumni_site.core.prepared import Key, Keys, Moment, Text, Texts, Unique, Uniques, number_of, prepared
from profiles.models import Exchange, Profile, ProfileSkill, User
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileFactory, ProfileSkillFactory, UserFactory

pytestmark = pytest.mark.django_db


@prepared
def _of_people(people: Keys) -> QuerySet[Exchange]:
    return Exchange.objects.filter(profile__in=people).select_related("host_organisation").order_by("pk")


@prepared
def _named(names: Texts) -> QuerySet[Any]:
    return Profile.objects.filter(first_name__in=names).order_by("pk").values_list("pk", "uuid", "created_at", "first_name")


@prepared
def _not_named(names: Texts) -> QuerySet[Any]:
    return Profile.objects.exclude(first_name__in=names).order_by("pk").values_list("pk", flat=True)


@prepared
def _first_named(name: Text) -> QuerySet[Profile]:
    return Profile.objects.filter(first_name=name).only("first_name")


@prepared
def _by_uuids(uuids: Uniques) -> QuerySet[Any]:
    return Profile.objects.filter(uuid__in=uuids).values_list("pk", flat=True)


@prepared
def _by_uuid(uuid: Unique) -> QuerySet[Profile]:
    return Profile.objects.filter(uuid=uuid)


@prepared
def _since(moment: Moment) -> QuerySet[Any]:
    return number_of(Profile.objects.filter(created_at__gte=moment))


def test_rows_come_with_what_they_lead_to(django_assert_num_queries: Any) -> None:
    people = ProfileFactory.create_batch(3)
    for person in people:
        ExchangeFactory(profile=person, host_organisation=OrganisationFactory())
    wanted = [person.pk for person in people[:2]]
    expected = list(Exchange.objects.filter(profile__in=wanted).select_related("host_organisation").order_by("pk"))
    with django_assert_num_queries(1):
        found = _of_people(wanted)
        assert [each.host_organisation.name for each in found] == [each.host_organisation.name for each in expected]
    facts = [{name: value for name, value in vars(row).items() if name != "_state"} for row in (*found, *expected)]
    assert facts[:2] == facts[2:]
    assert _of_people([]) == _of_people([None]) == []
    assert _of_people({wanted[0], None}) == expected[:1]


@pytest.mark.parametrize("name", ["Åse", "O'Hara", '"; drop', "%s %% %", "[1]", "\\", "null", "नमस्ते", "a,b"])
def test_words_are_words_and_nothing_else(name: str) -> None:
    person, other = ProfileFactory(first_name=name), ProfileFactory(first_name="Other")
    expected = list(Profile.objects.filter(pk=person.pk).values_list("pk", "uuid", "created_at", "first_name"))
    assert _named([name]) == _named({name, "nobody"}) == _named(name for name in (name,)) == expected
    assert _not_named([name]) == [other.pk]
    assert _not_named([]) == [person.pk, other.pk]
    assert _first_named.first(name) == person
    assert _first_named.first("nobody") is None


def test_what_was_not_read_is_read_when_it_is_asked_for(django_assert_num_queries: Any) -> None:
    person = ProfileFactory(first_name="Ida", last_name="Lie")
    found = _first_named.first("Ida")
    with django_assert_num_queries(1):
        assert found.last_name == person.last_name


def test_uuids_and_moments_are_asked_for_as_they_are_kept() -> None:
    person, other = ProfileFactory(), ProfileFactory()
    assert _by_uuid.first(person.uuid) == _by_uuid.first(str(person.uuid)) == person
    assert _by_uuid(uuid4()) == []
    assert sorted(_by_uuids([person.uuid, str(other.uuid), uuid4()])) == sorted([person.pk, other.pk])
    assert _by_uuids([]) == []
    Profile.objects.filter(pk=person.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert _since(timezone.now() - timedelta(minutes=1)) == [1]
    assert _since(timezone.now() - timedelta(days=1)) == [2]
    assert _since(timezone.now() + timedelta(days=1)) == [0]


def test_annotations_are_there() -> None:
    @prepared
    def people(account: Key) -> QuerySet[Profile]:
        skills = ProfileSkill.objects.filter(profile=OuterRef("pk"), profile__user=account)
        counted = Profile.objects.annotate(mine=Exists(skills), number=Count("profile_skills"), key=F("pk"))
        return counted.filter(user=account)

    person = ProfileFactory(user=UserFactory())
    ProfileSkillFactory.create_batch(2, profile=person)
    [found] = people(person.user.pk)
    assert (found.mine, found.number, found.key) == (True, 2, person.pk)


def test_it_is_put_together_once_for_each_shape(django_assert_num_queries: Any) -> None:
    made: list[int] = []

    @prepared
    def some(since: Moment, *, most: int) -> QuerySet[Any]:
        made.append(most)
        return Profile.objects.filter(created_at__gte=since).order_by("pk").values_list("pk", flat=True)[:most]

    people = [person.pk for person in ProfileFactory.create_batch(3)]
    yesterday = timezone.now() - timedelta(days=1)
    for most in (1, 2, 1, 2):
        with django_assert_num_queries(1):
            assert some(yesterday, most=most) == people[:most]
    assert made == [1, 2]


def test_shapes_without_end_do_not_fill_the_memory() -> None:
    @prepared
    def page(names: Texts, *, start: int) -> QuerySet[Any]:
        return Profile.objects.exclude(first_name__in=names).values_list("pk", flat=True)[start : start + 1]

    for start in range(200):
        page([], start=start)
    assert page._statement.cache_info().currsize < 100


@pytest.mark.django_db(transaction=True)
def test_threads_share_it_and_no_connection() -> None:
    person = ProfileFactory(first_name="Ida")

    def ask(_: int) -> Any:
        try:
            return _first_named.first("Ida"), _since(timezone.now() - timedelta(days=1))
        finally:
            connections.close_all()

    assert ask(0) == (person, [1])
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [(person, [1])] * 8


def test_it_says_what_it_cannot() -> None:
    with pytest.raises(ValueError, match="name is None"):
        _first_named(None)
    with pytest.raises(ValueError, match="zip"):
        _first_named("Ida", "Lie")

    @prepared
    def with_skills(account: Key) -> QuerySet[Any]:
        return User.objects.filter(pk=account).prefetch_related("role_grants")

    with pytest.raises(ValueError, match="prefetches nothing"):
        with_skills(1)
