"""From a change in the database to the index."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from alumni_site.core.errors import Conflict
from alumni_site.core.indexing import mark_changed
from alumni_site.core.models import IndexChange
from profiles.audiences import Audience
from profiles.documents import PEOPLE
from profiles.models import Profile, TermAlias
from profiles.viewers import Viewer
from search import drainer
from search.checking import compare_index
from search.drainer import drain_forever, drain_once
from search.engines import get_engine
from search.engines.base import SearchUnavailable
from search.locks import BUILDER, WRITER, exclusive, is_held
from search.people import search_people
from search.queries import PeopleQuery
from search.rebuild import REPLAY
from tests.factories import ProfileFactory, ProfileSkillFactory, TermFactory
from tests.indexing import SearchIndex, building
from tests.search.conftest import remove_index

MEMBER = Viewer(audience=Audience.MEMBERS)


def found(text: str) -> list[int]:
    return [hit.profile.id for hit in search_people(MEMBER, PeopleQuery(text)).hits]


@pytest.mark.django_db
class TestDraining:
    def test_changes_are_brought_in_and_their_rows_removed(self, search_index: SearchIndex) -> None:
        one, other = ProfileFactory(headline="Solar", shown_to=["members"]), ProfileFactory(headline="Wind", shown_to=["members"])
        assert drain_once() == 2
        assert IndexChange.objects.count() == 0
        assert (found("solar"), found("wind")) == ([one.pk], [other.pk])
        other.headline = "Water"
        other.save()
        one.delete()
        assert drain_once() == 2
        assert (found("solar"), found("wind"), found("water")) == ([], [], [other.pk])
        assert drain_once() == 0

    def test_many_changes_of_one_person_are_one(self, search_index: SearchIndex) -> None:
        profile = ProfileFactory(shown_to=["members"])
        for number in range(5):
            profile.headline = f"Number {number}"
            profile.save()
        assert IndexChange.objects.count() == 6
        assert drain_once() == 1
        assert IndexChange.objects.count() == 0

    def test_more_changes_than_a_batch(self, search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(drainer, "BATCH", 3)
        profiles = [ProfileFactory(headline="Solar", shown_to=["members"]) for _ in range(8)]
        assert drain_once() == 8
        assert sorted(found("solar")) == [profile.pk for profile in profiles]

    def test_a_word_of_the_vocabulary_reaches_everybody_who_has_it(self, search_index: SearchIndex) -> None:
        term = TermFactory(name_en="Beekeeping")
        profile = ProfileFactory(shown_to=["members"])
        ProfileSkillFactory(profile=profile, term=term)
        drain_once()
        assert found("biar") == []
        TermAlias.objects.create(term=term, language="nn", name="biar")
        drain_once()
        assert found("biar") == [profile.pk]

    def test_a_row_written_while_documents_are_built_stays(self, search_index: SearchIndex) -> None:
        profile = ProfileFactory(headline="Solar", shown_to=["members"])
        is_late = iter([True, False])

        def build(object_ids: list[int], as_ever: Any) -> dict[int, dict[str, Any]]:
            documents = as_ever(object_ids)
            if next(is_late):
                Profile.objects.filter(pk=profile.pk).update(headline="Wind")
                with transaction.atomic():
                    mark_changed(PEOPLE, [profile.pk])
            return documents

        with building(build):
            assert drain_once() == 2
        assert (found("solar"), found("wind")) == ([], [profile.pk])

    def test_one_person_who_cannot_be_built_holds_up_nobody(self, search_index: SearchIndex) -> None:
        profiles = [ProfileFactory(headline="Solar", shown_to=["members"]) for _ in range(7)]
        bad = profiles[4].pk

        def build(object_ids: list[int], as_ever: Any) -> dict[int, dict[str, Any]]:
            if bad in object_ids:
                raise ValueError("broken")
            return as_ever(object_ids)

        with building(build):
            drain_once()
        assert sorted(found("solar")) == [profile.pk for profile in profiles if profile.pk != bad]
        assert list(IndexChange.objects.values_list("object_id", flat=True).distinct()) == [bad]

    def test_rows_stay_when_the_engine_does_not_take_them(
        self, search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        profile = ProfileFactory(headline="Solar", shown_to=["members"])

        def refuse(documents: object) -> None:
            raise SearchUnavailable("away")

        with monkeypatch.context() as patched:
            patched.setattr(get_engine(), "apply", refuse)
            with pytest.raises(SearchUnavailable):
                drain_once()
        assert IndexChange.objects.filter(object_id=profile.pk).exists()
        drain_once()
        assert found("solar") == [profile.pk]

    def test_only_one_writes_at_a_time(self, search_index: SearchIndex) -> None:
        ProfileFactory(shown_to=["members"])
        with exclusive(WRITER) as mine:
            assert mine
            assert is_held(WRITER)
            with pytest.raises(Conflict):
                drain_once(wait=0.1)
        assert not is_held(WRITER)
        assert drain_once() == 1

    def test_while_an_index_is_built_changes_are_kept_for_it(self, search_index: SearchIndex) -> None:
        profile = ProfileFactory(headline="Solar", shown_to=["members"])
        with exclusive(BUILDER):
            drain_once()
        assert found("solar") == [profile.pk]
        assert list(IndexChange.objects.values_list("kind", "object_id", "withhold")) == [(REPLAY, profile.pk, False)]
        assert compare_index().is_equal


@pytest.mark.django_db(transaction=True)
class TestRunning:
    """The loop itself, in a thread, as the server runs it."""

    def test_a_change_is_found_within_two_seconds(self, search_index: SearchIndex) -> None:
        with running():
            profile = ProfileFactory(headline="Solar", shown_to=["members"])
            assert seconds_until(lambda: found("solar") == [profile.pk]) < 2
            profile.headline = "Wind"
            profile.save()
            # Who has changed is withheld until the index has it, and never found by what was.
            assert found("solar") == []
            assert seconds_until(lambda: found("wind") == [profile.pk]) < 2

    def test_what_another_process_wrote_is_found_without_being_told(self, search_index: SearchIndex) -> None:
        with running():
            time.sleep(0.2)
            profile = ProfileFactory(headline="Solar", shown_to=["members"])
            drainer._wake.clear()
            assert seconds_until(lambda: found("solar") == [profile.pk]) < 2

    def test_it_builds_an_index_where_there_is_none(
        self, search_index: SearchIndex, settings: LazySettings, tmp_path: Path
    ) -> None:
        profile = ProfileFactory(headline="Solar", shown_to=["members"])
        settings.DATA_DIR = tmp_path / "elsewhere"
        settings.ELASTICSEARCH_PREFIX += "-elsewhere"
        with pytest.raises(SearchUnavailable):
            found("solar")
        with running():
            assert seconds_until(lambda: get_engine().has_index() and found("solar") == [profile.pk]) < 10
        if settings.ELASTICSEARCH_URL:
            get_engine().delete_everything()  # type: ignore[attr-defined]

    def test_it_builds_an_index_that_is_removed_meanwhile(self, search_index: SearchIndex) -> None:
        first = ProfileFactory(headline="Solar", shown_to=["members"])
        with running():
            seconds_until(lambda: found("solar") == [first.pk])
            remove_index(get_engine())
            assert seconds_until(lambda: answered("solar") == [first.pk]) < 10
            second = ProfileFactory(headline="Wind", shown_to=["members"])
            assert seconds_until(lambda: answered("wind") == [second.pk]) < 5
        assert compare_index().is_equal

    def test_it_goes_on_after_an_outage(self, search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        apply, calls = get_engine().apply, []

        def fail_twice(documents: Any) -> None:
            calls.append(len(documents))
            if len(calls) < 3:
                raise SearchUnavailable("away")
            apply(documents)

        monkeypatch.setattr(get_engine(), "apply", fail_twice)
        with running():
            profile = ProfileFactory(headline="Solar", shown_to=["members"])
            assert seconds_until(lambda: found("solar") == [profile.pk]) < 6
        assert len(calls) >= 3

    def test_a_second_one_waits_and_takes_over(self, search_index: SearchIndex) -> None:
        with running():
            first = ProfileFactory(headline="Solar", shown_to=["members"])
            seconds_until(lambda: found("solar") == [first.pk])
            with running():
                time.sleep(0.3)
        with running():
            second = ProfileFactory(headline="Wind", shown_to=["members"])
            assert seconds_until(lambda: found("wind") == [second.pk]) < 3


def answered(text: str) -> list[int] | None:
    """Who is found, or None while there is no index to ask."""
    try:
        return found(text)
    except SearchUnavailable:
        return None


class running:  # noqa: N801
    """`with running():` has a drainer in a thread."""

    def __enter__(self) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            drain_forever(self.stop)
        finally:
            connection.close()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


def seconds_until(holds: Any, limit: float = 12) -> float:
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < limit, "it never came"
        time.sleep(0.02)
    return time.monotonic() - started
