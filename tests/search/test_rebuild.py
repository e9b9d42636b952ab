"""A new index beside the old one."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from alumni_site.core.errors import Conflict
from alumni_site.core.indexing import document_sources
from alumni_site.core.models import IndexChange
from profiles.audiences import Audience
from profiles.documents import PEOPLE
from profiles.models import Profile
from profiles.viewers import Viewer
from search import rebuild
from search.checking import Difference, compare_index
from search.drainer import drain_once
from search.engines import get_engine
from search.engines.base import SearchUnavailable
from search.locks import BUILDER, WRITER, exclusive
from search.people import search_people
from search.queries import PeopleQuery
from search.rebuild import rebuild_index
from tests.factories import ProfileFactory
from tests.indexing import SearchIndex, building

MEMBER = Viewer(audience=Audience.MEMBERS)


def total(text: str = "") -> int:
    return search_people(MEMBER, PeopleQuery(text)).total


def doing_before_each_batch(do: Callable[[int], None]) -> AbstractContextManager[None]:
    """While this thread builds an index, something happens before each batch is read. `do` gets the number of the batch."""
    numbers, builder = iter(range(10_000)), threading.current_thread()

    def build(object_ids: list[int], as_ever: Any) -> dict[int, dict[str, Any]]:
        if threading.current_thread() is builder:
            do(next(numbers))
        return as_ever(object_ids)

    return building(build)


@pytest.mark.django_db
def test_rebuilding_mends_what_bypassed_the_outbox(search_index: SearchIndex) -> None:
    profiles = [ProfileFactory(headline="Solar", shown_to=["members"]) for _ in range(3)]
    drain_once()
    Profile.objects.filter(pk=profiles[0].pk).update(headline="Wind")
    Profile.objects.filter(pk=profiles[1].pk).delete()
    IndexChange.objects.all().delete()
    seen: list[tuple[int, int]] = []
    assert rebuild_index(progress=lambda done, of: seen.append((done, of))) == 2
    assert seen == [(2, 2)]
    assert (total("solar"), total("wind")) == (1, 1)
    assert compare_index().is_equal


@pytest.mark.django_db
def test_what_had_changed_before_needs_no_drainer_after(search_index: SearchIndex) -> None:
    """Else a network that is seeded and then built would withhold everybody until all is drained once more."""
    profile = ProfileFactory(headline="Solar", shown_to=["members"])
    assert total("solar") == 0
    rebuild_index()
    assert IndexChange.objects.count() == 0
    assert total("solar") == 1
    profile.is_paused = True
    profile.save()
    assert total("solar") == 0


@pytest.mark.django_db
def test_an_empty_network_has_an_index_too(search_index: SearchIndex) -> None:
    assert rebuild_index() == 0
    assert total() == 0


@pytest.mark.django_db
def test_two_cannot_build_at_once(search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "_SECONDS_TO_GET_THE_BUILDERS_LOCK", 0.1)
    with exclusive(BUILDER), pytest.raises(Conflict):
        rebuild_index()


@pytest.mark.django_db
def test_a_writer_that_does_not_stop_leaves_the_old_index(search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = ProfileFactory(headline="Solar", shown_to=["members"])
    drain_once()
    monkeypatch.setattr(rebuild, "_SECONDS_TO_GET_THE_WRITERS_LOCK", 0.1)
    with exclusive(WRITER), pytest.raises(Conflict):
        rebuild_index()
    assert search_people(MEMBER, PeopleQuery("solar")).hits[0].profile.id == profile.pk
    assert rebuild_index() == 1


@pytest.mark.django_db
def test_giving_up_half_way_leaves_the_old_index(search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 2)
    for _ in range(6):
        ProfileFactory(headline="Solar", shown_to=["members"])
    drain_once()
    stop = threading.Event()
    with pytest.raises(SearchUnavailable):
        rebuild_index(stop=stop, progress=lambda done, of: stop.set())
    assert total("solar") == 6
    ProfileFactory(headline="Solar", shown_to=["members"])
    drain_once()
    assert total("solar") == 7


@pytest.mark.django_db(transaction=True)
def test_what_changes_meanwhile_is_in_the_new_index_and_found_meanwhile(
    search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody changes, comes and goes in every batch, and is drained into the old index at once."""
    monkeypatch.setattr(rebuild, "BATCH", 5)
    profiles = [ProfileFactory(headline="Solar", shown_to=["members"]) for _ in range(20)]
    drain_once()

    def change(number: int) -> None:
        if number > 3:
            return
        for profile in (profiles[number], profiles[-1 - number]):
            profile.headline = "Wind"
            profile.save()
        ProfileFactory(headline="Wind", shown_to=["members"])
        profiles[8 + number].delete()
        drain_in_another_thread()
        assert (total("solar"), total("wind")) == (20 - 3 * (number + 1), 3 * (number + 1))

    with doing_before_each_batch(change):
        rebuild_index()
    assert (total("solar"), total("wind")) == (8, 12)
    drain_once()
    comparison = compare_index()
    assert comparison.differences == []
    assert comparison.waiting == 0
    assert IndexChange.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_searches_are_answered_in_full_all_the_while(search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 10)
    for _ in range(60):
        ProfileFactory(headline="Solar", shown_to=["members"])
    drain_once()
    stop, answers, failures = threading.Event(), [], []

    def ask() -> None:
        try:
            while not stop.is_set():
                found = get_engine().search(PeopleQuery("solar"), "members", ())
                answers.append((found.total, len(found.ids)))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            rebuild_index()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(answers) > 20
    assert set(answers) == {(60, 24)}


def drain_in_another_thread() -> None:
    """As another process would: with a connection of its own."""

    def drain() -> None:
        try:
            drain_once()
        finally:
            connection.close()

    thread = threading.Thread(target=drain)
    thread.start()
    thread.join()


@pytest.mark.django_db
class TestChecking:
    def test_every_kind_of_difference_is_told(self, search_index: SearchIndex) -> None:
        right, old, missing, gone = (ProfileFactory(headline="Solar", shown_to=["members"]) for _ in range(4))
        drain_once()
        gone_pk = gone.pk
        Profile.objects.filter(pk=old.pk).update(headline="Wind")
        gone.delete()
        IndexChange.objects.all().delete()
        get_engine().apply({missing.pk: {}})
        comparison = compare_index()
        assert sorted(comparison.differences) == sorted(
            [
                (Difference.OLD, old.pk, "members"),
                (Difference.MISSING, missing.pk, "members"),
                (Difference.MISSING, missing.pk, "norec"),
                (Difference.TOO_MANY, gone_pk, "members"),
                (Difference.TOO_MANY, gone_pk, "norec"),
            ]
        )
        assert (comparison.documents, comparison.count) == (6, 5)
        with pytest.raises(CommandError, match="5 of 6 documents") as error:
            call_command("check_index", stdout=(out := StringIO()))
        assert error.value.returncode == 1
        assert f"differs: {old.uuid} for members" in out.getvalue().splitlines()
        assert f"should not be there: deleted person {gone_pk} for norec" in out.getvalue().splitlines()
        assert right.first_name not in out.getvalue()

    def test_a_document_that_is_there_twice_is_told(self, search_index: SearchIndex) -> None:
        one, other = ProfileFactory(shown_to=["members"]), ProfileFactory(shown_to=["members"])
        drain_once()
        source = document_sources()[PEOPLE].build([one.pk, other.pk])
        build = get_engine().begin_build()
        build.apply({one.pk: source[one.pk]}, fresh=True)
        build.apply({one.pk: source[one.pk], other.pk: source[other.pk]}, fresh=True)
        build.swap()
        comparison = compare_index()
        if settings.ELASTICSEARCH_URL:
            # There a document's name is its person's: it cannot be there twice.
            assert comparison.is_equal
        else:
            assert sorted(comparison.differences) == [
                (Difference.REPEATED, one.pk, "members"),
                (Difference.REPEATED, one.pk, "norec"),
            ]

    def test_what_waits_in_the_outbox_is_no_difference(self, search_index: SearchIndex) -> None:
        ProfileFactory(shown_to=["members"])
        comparison = compare_index()
        assert (comparison.is_equal, comparison.waiting, comparison.documents) == (True, 1, 2)

    def test_commands_say_how_it_went(self, search_index: SearchIndex) -> None:
        ProfileFactory(shown_to=["members"])
        call_command("rebuild_index", stdout=(out := StringIO()))
        assert out.getvalue().startswith("Built the search index from 1 people in ")
        drain_once()
        call_command("check_index", stdout=(out := StringIO()))
        assert out.getvalue() == "The search index equals the database: 2 documents.\n"
