"""What both engines promise beside their answers: order among equals, what they leave out, writing and swapping."""

import time
from typing import Any

import pytest

from search.engines.base import MAX_VALUES_SHOWN, FacetCount, SearchEngine, SearchUnavailable, SuggestionKind
from search.engines.elasticsearch import ElasticsearchEngine, _actions, _write
from search.queries import PeopleQuery, Sort
from tests.search.conftest import ENGINES, engine_named, fill, remove_index
from tests.search.generated import generate_people
from tests.search.model import Model


def person(name: str = "Somebody", latest: str = "", facets: dict[str, list[str]] | None = None, **texts: str) -> dict[str, Any]:
    """The documents of somebody whom members alone see."""
    found = {"name": [name], **{field: [text] for field, text in texts.items()}}
    document = {"name": name, "latest_exchange": latest, "texts": found, "facets": facets or {}, "suggestions": []}
    return {"members": document}


def ids(engine: SearchEngine, text: str = "", *, exclude: tuple[int, ...] = (), **options: Any) -> list[int]:
    return engine.search(PeopleQuery(text, **options), "members", exclude).ids


def test_name_is_worth_more_than_skill_and_so_on_and_exact_more_than_begun(engine: SearchEngine) -> None:
    engine.apply(
        {
            1: person(about="sola"),
            2: person(place="sola"),
            3: person(work="sola"),
            4: person(headline="sola"),
            5: person(skills="sola"),
            6: person("Sola"),
            7: person("Solane"),
            8: person(about="solar"),
        }
    )
    # Begun in a name, worth 6 times 3, comes between exact in skills, 5 times 4, and exact in a headline, 4 times 4.
    assert ids(engine, "sola") == [6, 5, 7, 4, 3, 2, 1, 8]


def test_words_may_stand_in_different_fields_but_a_phrase_in_one(engine: SearchEngine) -> None:
    engine.apply({1: person(headline="solar energy"), 2: person(headline="solar", about="energy"), 3: person(about="solar")})
    assert ids(engine, "energy solar") == [1, 2]
    assert ids(engine, '"solar energy"') == [1]
    assert ids(engine, '"energy solar"') == []


def test_a_phrase_does_not_go_across_two_values(engine: SearchEngine) -> None:
    document = person()
    document["members"]["texts"]["skills"] = ["solar power", "energy law"]
    engine.apply({1: document})
    assert ids(engine, '"power energy"') == []
    assert ids(engine, '"energy law"') == [1]


def test_hyphens_do_not_matter(engine: SearchEngine) -> None:
    engine.apply(
        {1: person("Anne-Marie"), 2: person("Anne Marie"), 3: person("Annemarie"), 4: person("Anne Lise", about="Marie")}
    )
    assert sorted(ids(engine, "anne-marie")) == [1, 2, 3]
    assert sorted(ids(engine, "annemarie")) == [1, 3]
    assert sorted(ids(engine, "anne marie")) == [1, 2, 4]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nairobbi", True),
        ("nairbi", True),
        ("niarobi", True),
        ("nairoba", True),
        ("nairabba", False),
        ("kathmondo", True),
        ("kathmndo", True),
        ("katmond", False),
        ("gul", True),  # half typed
        ("gulo", True),
        ("gulx nairobi", True),
        ("2019", False),
        ('"nairobbi"', False),
    ],
)
def test_slips_are_forgiven_when_nobody_has_it_as_typed(engine: SearchEngine, typed: str, found: bool) -> None:
    engine.apply({1: person(place="Nairobi Kathmandu Gulu 2018")})
    answer = engine.search(PeopleQuery(typed), "members", ())
    assert (answer.total == 1) is found
    assert answer.forgiven is (found and typed != "gul")


def test_slips_are_not_forgiven_when_somebody_has_it_as_typed(engine: SearchEngine) -> None:
    engine.apply({1: person(place="Mali"), 2: person(place="Bali", facets={"skill": ["x"]})})
    assert ids(engine, "mali") == [1]
    # Neither when that person is filtered away: an empty result says which filter to take away.
    assert ids(engine, "mali", filters={"skill": ("x",)}) == []
    # Whom the viewer may not meet does not count.
    assert ids(engine, "mali", exclude=(1,)) == [2]


@pytest.mark.parametrize("text", ["common", "common words", "common words here", ""])
def test_equals_are_in_order_on_every_page(engine: SearchEngine, text: str) -> None:
    """More equals than tantivy is asked for at once, in several segments, many of them of one day and one name."""
    people = {
        pid: person(
            ["Åse Hansen", "Aslak", "Zoe"][pid % 3],
            ["", "2019-06-01", "2020-06-01"][pid * 7 % 3],
            about="common words here" if pid % 5 else "",
            headline="" if pid % 5 else "common words here",
        )
        for pid in range(1, 700)
    }
    for first in (1, 250, 500):
        engine.apply({pid: people[pid] for pid in range(first, min(first + 250, 700))})
    model = Model(people, "members")
    for sort in Sort:
        for page, size in ((1, 10), (2, 100), (7, 100), (8, 100)):
            query = PeopleQuery(text, sort=sort, page=page, page_size=size)
            assert ids(engine, text, sort=sort, page=page, page_size=size) == model.search(query, ()).ids


def test_excluded_people_are_nowhere(engine: SearchEngine) -> None:
    documents = {pid: person("Kari", facets={"country_to": ["KE" if pid % 2 else "NO"]}) for pid in range(1, 5)}
    for document in documents.values():
        document["members"]["suggestions"] = [("place", "Førde", ["Førde"])]
    engine.apply(documents)
    found = engine.search(PeopleQuery("kari"), "members", (1, 2, 3))
    assert (found.total, found.ids) == (1, [4])
    assert found.facets["country_to"] == [FacetCount("NO", 1)]
    assert [(item.kind, item.value, item.count) for item in engine.suggest("kar", "members", (1, 2, 3), 9)] == [
        (SuggestionKind.PERSON, "4", 1)
    ]
    assert [(item.value, item.count) for item in engine.suggest("for", "members", (1, 2, 3), 9)] == [("Førde", 1)]
    assert engine.suggest("for", "members", (1, 2, 3, 4), 9) == []


def test_many_may_be_excluded_at_once(engine: SearchEngine) -> None:
    engine.apply({pid: person("Kari") for pid in range(1, 10)})
    started = time.monotonic()
    assert engine.search(PeopleQuery("kari"), "members", range(2, 60_000)).ids == [1]
    assert time.monotonic() - started < 2


def test_an_audience_has_documents_of_its_own(engine: SearchEngine) -> None:
    both = person("Kari", headline="solar")
    both["missions"] = person("Kari")["members"]
    engine.apply({1: both})
    assert engine.search(PeopleQuery("solar"), "missions", ()).total == 0
    assert engine.search(PeopleQuery("sollar"), "missions", ()).total == 0
    assert engine.search(PeopleQuery("kari"), "missions", ()).ids == [1]
    assert engine.search(PeopleQuery("kari"), "public", ()).total == 0


@pytest.mark.parametrize("audience", ["members", "missions"])
def test_what_others_hide_changes_no_order(engine: SearchEngine, audience: str) -> None:
    """The rank of two people stays, however many in another audience have the rarer or the commoner word."""
    shown = {1: person("Kari", about="rare"), 2: person("Ola", about="rare common")}
    if audience == "missions":
        shown = {pid: {"missions": found["members"]} for pid, found in shown.items()}
    engine.apply(shown)
    before = engine.search(PeopleQuery("rare common"), audience, ())
    engine.apply({pid: {"norec": person("Somebody", about="common " * (pid % 40))["members"]} for pid in range(10, 90)})
    engine.apply({pid: {} for pid in range(10, 50)})
    assert engine.search(PeopleQuery("rare common"), audience, ()) == before


def test_near_misses_reach_every_word_of_the_index(engine: SearchEngine) -> None:
    """Lucene's fuzzy search stops at fifty terms unless told otherwise: words of others would push ours out."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    noise = {
        100 + at: {"norec": person(about=f"n{one}ir{two}bi")["members"]}
        for at, (one, two) in enumerate((a, b) for a in letters for b in letters)
    }
    engine.apply({**noise, 1: person(about="nairobi")})
    assert ids(engine, "nairobiii") == [1]


def test_a_facet_does_not_count_its_own_choice(engine: SearchEngine) -> None:
    engine.apply(
        {
            1: person(facets={"country_to": ["KE"], "skill": ["law"]}),
            2: person(facets={"country_to": ["KE", "NO"], "skill": ["sport"]}),
            3: person(facets={"country_to": ["NO"], "skill": ["law"]}),
        }
    )
    found = engine.search(PeopleQuery(filters={"country_to": ("KE",)}), "members", ())
    assert found.total == 2
    assert found.facets["country_to"] == [FacetCount("KE", 2), FacetCount("NO", 2)]
    assert found.facets["skill"] == [FacetCount("law", 1), FacetCount("sport", 1)]
    found = engine.search(PeopleQuery(filters={"country_to": ("KE",), "skill": ("law", "x")}), "members", ())
    assert (found.total, found.ids) == (1, [1])
    assert found.facets["country_to"] == [FacetCount("KE", 1), FacetCount("NO", 1)]
    assert found.facets["skill"] == [FacetCount("law", 1), FacetCount("sport", 1), FacetCount("x", 0)]


def test_a_long_facet_is_cut_but_for_what_is_chosen(engine: SearchEngine) -> None:
    engine.apply({pid: person(facets={"host_organisation": [f"{pid:04}"]}) for pid in range(1, MAX_VALUES_SHOWN + 50)})
    found = engine.search(PeopleQuery(filters={"host_organisation": ("0240", "none")}), "members", ())
    values = [item.value for item in found.facets["host_organisation"]]
    assert values == [*(f"{pid:04}" for pid in range(1, MAX_VALUES_SHOWN + 1)), "0240", "none"]
    assert [item.count for item in found.facets["host_organisation"]][-2:] == [1, 0]
    # The number is the true one, with the value that was chosen and nobody has.
    assert found.numbers["host_organisation"] == MAX_VALUES_SHOWN + 50


def test_a_long_facet_is_given_whole_when_it_is_asked_for(engine: SearchEngine) -> None:
    many = MAX_VALUES_SHOWN + 50
    engine.apply({pid: person(facets={"host_organisation": [f"{pid:04}"], "skill": [f"{pid}"]}) for pid in range(1, many + 1)})
    found = engine.search(PeopleQuery(), "members", (), whole=("host_organisation",))
    assert [item.value for item in found.facets["host_organisation"]] == [f"{pid:04}" for pid in range(1, many + 1)]
    assert len(found.facets["skill"]) == MAX_VALUES_SHOWN
    assert (found.numbers["host_organisation"], found.numbers["skill"], found.numbers["year"]) == (many, many, 0)
    chosen = PeopleQuery(filters={"host_organisation": ("0240", "none")})
    found = engine.search(chosen, "members", (), whole=("host_organisation",))
    assert found.facets["host_organisation"][-1] == FacetCount("none", 0)
    assert len(found.facets["host_organisation"]) == found.numbers["host_organisation"] == many + 1


def test_suggestions_are_what_the_audience_is_shown(engine: SearchEngine) -> None:
    shown = person("Ola Nordmann")
    shown["members"]["suggestions"] = [
        ("skill", "solar", ["Solar energy", "solenergi"]),
        ("skill", "law", ["Law"]),
        ("place", "=NO", ["Norway", "Noreg"]),
        ("place", "Solund", ["Solund"]),
        ("organisation", "uuid-1", ["Energy for All", "EfA"]),
    ]
    hidden = {"norec": person("Solveig Nordmann")["members"]}
    hidden["norec"]["suggestions"] = [("skill", "secret", ["Solitude"])]
    engine.apply({1: shown, 2: hidden, 3: person("Nora Olsen")})

    def suggested(prefix: str, audience: str = "members") -> list[tuple[str, str]]:
        return [(item.kind.value, item.value) for item in engine.suggest(prefix, audience, (), 5)]

    assert suggested("sol") == [("skill", "solar"), ("place", "Solund")]
    assert suggested("solar en") == [("skill", "solar")]
    assert suggested("ener") == [("skill", "solar"), ("organisation", "uuid-1")]
    assert suggested("nor") == [("person", "3"), ("person", "1"), ("place", "=NO")]
    assert suggested("ol nor") == []
    assert suggested("ola nor") == [("person", "1")]
    assert suggested("sol", "norec") == [("person", "2"), ("skill", "secret")]
    assert suggested("!!") == suggested("") == []


@pytest.mark.parametrize(
    "text", ["'", '"', "\x00", "\u202e", "😀" * 300, "[a-z]*", "name:x", "a" * 500, "* OR 1=1", "ﷺ", "\ud800"]
)
def test_nothing_typed_makes_an_error(engine: SearchEngine, text: str) -> None:
    engine.apply({1: person("Kari")})
    assert engine.search(PeopleQuery(text), "members", ()).total == 0
    assert engine.suggest(text, "members", (), 5) == []


def test_facets_nobody_asks_for_are_not_counted(engine: SearchEngine) -> None:
    engine.apply({1: person("Kari", facets={"skill": ["law"]})})
    found = engine.search(PeopleQuery("kari"), "members", (), facets=["sdg"])
    assert (found.total, found.facets) == (1, {"sdg": []})


@pytest.mark.parametrize("name", ENGINES)
def test_without_an_index_everything_says_so(name: str, tmp_path: Any) -> None:
    with engine_named(name, tmp_path) as engine:
        assert not engine.has_index()
        for ask in (
            lambda: engine.search(PeopleQuery("kari"), "members", ()),
            lambda: engine.suggest("kari", "members", (), 5),
            lambda: engine.apply({1: person("Kari")}),
            lambda: list(engine.digests()),
        ):
            with pytest.raises(SearchUnavailable):
                ask()
        assert not engine.has_index()


def test_an_index_that_is_removed_under_a_writer_is_told_and_built_anew(engine: SearchEngine) -> None:
    engine.apply({1: person("Kari")})
    remove_index(engine)
    assert not engine.has_index()
    # The one who writes has it open still.
    with pytest.raises(SearchUnavailable):
        engine.apply({2: person("Kari")})
    fill(engine, {1: person("Kari"), 2: person("Ola")})
    engine.apply({3: person("Kari")})
    assert ids(engine, "kari") == [1, 3]


@pytest.mark.elasticsearch
def test_what_a_killed_writer_had_sent_does_not_undo_what_the_next_one_wrote(tmp_path: Any) -> None:
    with engine_named("elasticsearch", tmp_path) as engine:
        assert isinstance(engine, ElasticsearchEngine)
        fill(engine, {1: person("Kari"), 2: person("Kari")})
        late = list(_actions({1: person("Kari"), 2: {}}, fresh=False))
        engine.apply({1: person("Ola"), 2: person("Kari")})
        with pytest.raises(SearchUnavailable):
            _write(engine.client, engine.alias, late, require_alias=True, refresh=True)
        assert ids(engine, "kari") == [2]
        engine.apply({1: {}, 2: {}})
        with pytest.raises(SearchUnavailable):
            _write(engine.client, engine.alias, late, require_alias=True, refresh=True)
        assert ids(engine) == []


@pytest.mark.elasticsearch
def test_what_a_killed_builder_asked_for_is_refused_once_another_writes(tmp_path: Any) -> None:
    """Its request to move the alias comes when the next writer has written: the killed builder's index lacks that."""
    with engine_named("elasticsearch", tmp_path) as engine:
        assert isinstance(engine, ElasticsearchEngine)
        fill(engine, {1: person("Kari")})
        killed = engine.begin_build()
        killed.apply({1: person("Kari")}, fresh=True)
        late = killed.actions_to_move_alias()
        engine.take_over()
        engine.apply({1: person("Ola")})
        with pytest.raises(SearchUnavailable, match="begun to write"):
            killed.move_alias(late)
        assert ids(engine, "ola") == [1]
        # Neither is it carried out when the next builder is at work, has swapped, or was killed in its turn.
        build = engine.begin_build()
        build.apply({1: person("Ola")}, fresh=True)
        for _ in range(2):
            with pytest.raises(SearchUnavailable):
                killed.move_alias(late)
            build.swap()
            engine.take_over()
        engine.apply({2: person("Ola")})
        assert ids(engine, "ola") == [1, 2]
        assert len(engine._index_names()) == 1


@pytest.mark.elasticsearch
def test_what_a_killed_builder_asked_for_is_kept_to_when_it_was_in_time(tmp_path: Any) -> None:
    with engine_named("elasticsearch", tmp_path) as engine:
        assert isinstance(engine, ElasticsearchEngine)
        fill(engine, {1: person("Kari")})
        killed = engine.begin_build()
        killed.apply({1: person("Kari"), 2: person("Kari")}, fresh=True)
        killed.move_alias(killed.actions_to_move_alias())
        # It is in use now, whatever its builder heard of it.
        killed.discard()
        engine.take_over()
        engine.apply({1: person("Ola")})
        assert (ids(engine, "kari"), ids(engine, "ola")) == ([2], [1])
        fill(engine, {3: person("Kari")})
        assert ids(engine) == [3]


def test_a_new_index_takes_the_place_of_the_old_at_once(engine: SearchEngine) -> None:
    engine.apply({1: person("Kari")})
    build = engine.begin_build()
    build.apply({2: person("Kari"), 3: person("Kari")}, fresh=True)
    build.apply({2: {}, 3: person("Ola"), 4: person("Kari")})
    assert ids(engine, "kari") == [1]
    engine.apply({1: person("Ola"), 5: person("Kari")})
    assert ids(engine, "kari") == [5]
    build.swap()
    assert ids(engine, "kari") == [4]
    engine.apply({6: person("Kari")})
    assert ids(engine, "kari") == [4, 6]
    assert sorted((pid, audience) for pid, audience, _ in engine.digests()) == [(3, "members"), (4, "members"), (6, "members")]


def test_a_build_that_is_given_up_leaves_the_old_index(engine: SearchEngine) -> None:
    engine.apply({1: person("Kari")})
    build = engine.begin_build()
    build.apply({2: person("Kari")}, fresh=True)
    build.discard()
    assert ids(engine, "kari") == [1]
    left_behind = engine.begin_build()
    left_behind.apply({3: person("Kari")}, fresh=True)
    fill(engine, {4: person("Kari")})
    assert ids(engine, "kari") == [4]


def test_documents_that_are_equal_have_equal_digests(engine: SearchEngine) -> None:
    people = dict(generate_people(20, seed=3))
    engine.apply(people)
    before = {key[:2]: key[2] for key in engine.digests()}
    assert len(before) == sum(len(found) for found in people.values())
    engine.apply({1: people[1], 2: {**people[2], "norec": person("Kari")["members"]}})
    after = {key[:2]: key[2] for key in engine.digests()}
    assert {key for key in before if before[key] != after.get(key)} == {(2, "norec")}
