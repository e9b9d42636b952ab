"""Finding people, from the database through the index and back."""

import pytest

from profiles.audiences import Audience
from profiles.viewers import Viewer
from search.people import search_people
from search.queries import PeopleQuery
from tests.factories import ProfileFactory
from tests.indexing import SearchIndex

pytestmark = pytest.mark.django_db

MEMBER = Viewer(audience=Audience.MEMBERS)
MISSION = Viewer(audience=Audience.MISSIONS)


def names(viewer: Viewer, text: str = "", **filters: tuple[str, ...]) -> list[str]:
    return [hit.profile.name for hit in search_people(viewer, PeopleQuery(text, filters)).hits]


def test_a_person_is_found_by_what_the_audience_sees(search_index: SearchIndex) -> None:
    ProfileFactory(
        first_name="Øyvind",
        last_name="Ng'ang'a",
        headline="Solar engineer",
        shown_to=["members", "missions"],
        audiences_headline=frozenset({Audience.MEMBERS}),
    )
    search_index.refresh()
    for text in ("solar", "SOLAR", "sola", "engineer solar", "øyvind", "Oyvind", "oeyvind nganga"):
        assert names(MEMBER, text) == ["Øyvind Ng'ang'a"], text
    assert names(MISSION, "solar") == []
    assert names(MISSION, "oyvind") == ["Øyvind Ng'ang'a"]
    assert names(Viewer(), "oyvind") == []
