"""People documents out of thin air: many, the same for the same seed, with enough likeness among them to be hard to order."""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from profiles import vocabulary
from profiles.audiences import Audience
from profiles.countries import names_of_country, names_of_language


def _listed(words: str) -> list[str]:
    return words.split()


FIRST = _listed(
    "Amina Åse Øyvind Anne-Marie Wanjiru Kari Kåre Bjørn Fatuma Grace Ng'endo Sita Ram Krishna Maya Blessing "
    "Chikondi Thandiwe Sipho José María Nguyễn Aleš Łukasz Joel Michael Isaac Mohammed Mohamed Solveig Torunn Æli "
    "Hawa"
)
LAST = _listed(
    "Ng'ang'a O’Brien Hansen Sæther Aasen Åsen Otieno Banda Phiri Shrestha Rahman Chowdhury Nkosi Dlamini Mwangi "
    "Kjær Sørensen Lødøen Tamang Gurung Mwakyusa Nyerere Okello Achieng Håkonsen van-der-Berg"
)
COUNTRIES = ["NO", "KE", "BD", "TZ", "UG", "NP", "MW", "ZA", "ET", "VN", "GT", "CI"]
PLACES = ["Førde", "Nairobi", "Kathmandu", "Dar es Salaam", "Bergen", "Ålesund", "Pokhara", "Gulu", "Blantyre", "São Paulo"]
LANGUAGES = ["nn", "nb", "en", "sw", "ne", "bn", "fr", "pt"]
OPEN_TO = ["mentoring", "missions", "speaking", "hosting", "collaboration"]
WORDS = _listed(
    "solar energy water health nurse teacher drone coffee cooperative youth rights radio theatre football law women "
    "girls climate adaptation clinic midwife school field project Kenya Norway village district training management "
    "budget"
)
_SKILLS = json.loads((Path(vocabulary.__file__).parent / "skills.json").read_text("utf-8"))


def generate_people(number: int, seed: int = 1) -> Iterator[tuple[int, dict[str, Any]]]:
    """Pairs of id and documents by audience. Audiences see more or less of the same person, or nothing."""
    chance = random.Random(seed)
    for pid in range(1, number + 1):
        whole = _person(chance)
        documents = {}
        for audience in Audience:
            if audience == Audience.NOREC or chance.random() < 0.8:
                documents[audience.value] = whole if chance.random() < 0.4 else _less_of(whole, chance)
        yield pid, documents


def organisation_names(number: int) -> list[str]:
    """The names the organisation of that number goes by."""
    return [f"{WORDS[number % len(WORDS)].title()} Foundation {number}", f"Stiftinga {WORDS[number % len(WORDS)]} {number}"]


def _person(chance: random.Random) -> dict[str, Any]:
    skills = chance.sample(_SKILLS, chance.randint(0, 4))
    trips = [_trip(chance) for _ in range(chance.choice([0, 1, 1, 1, 2, 3]))]
    organisations = sorted({number for trip in trips for number in trip["organisations"]})
    country, place = chance.choice(COUNTRIES), chance.choice(PLACES)
    languages = chance.sample(LANGUAGES, chance.randint(0, 3))
    codes = sorted({country, *(code for trip in trips for code in (trip["from"], trip["to"]))})
    names = {skill["code"]: _names(skill) for skill in skills}
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    return {
        "name": name,
        "latest_exchange": max((trip["end"].isoformat() for trip in trips), default=""),
        "texts": {
            "name": [name],
            "skills": [name for found in names.values() for name in found],
            "headline": [" ".join(chance.choices(WORDS, k=4))],
            "work": [name for number in organisations for name in organisation_names(number)],
            "place": [
                place,
                *(name for code in codes for name in names_of_country(code)),
                *(name for code in languages for name in names_of_language(code)),
            ],
            "about": [" ".join(chance.choices(WORDS, k=30))],
        },
        "facets": {
            "country_from": sorted({trip["from"] for trip in trips}),
            "country_to": sorted({trip["to"] for trip in trips}),
            "country_residence": [country],
            "direction": sorted({trip["direction"] for trip in trips}),
            "sending_organisation": sorted({f"org-{trip['organisations'][0]}" for trip in trips}),
            "host_organisation": sorted({f"org-{trip['organisations'][1]}" for trip in trips}),
            "year": sorted({str(trip["end"].year) for trip in trips}),
            "skill": sorted(names),
            "language": sorted(languages),
            "open_to": sorted(chance.sample(OPEN_TO, chance.randint(0, 3))),
            "sdg": sorted({f"sdg-{chance.randint(1, 17)}" for _ in range(2)}),
            "sector": sorted({skill["sector"] for skill in skills}),
        },
        "suggestions": [
            *(("skill", code, found) for code, found in names.items()),
            *(("organisation", f"org-{number}", organisation_names(number)) for number in organisations),
            *(("place", f"={code}", list(names_of_country(code))) for code in codes),
            ("place", place, [place]),
        ],
    }


def _trip(chance: random.Random) -> dict[str, Any]:
    out, to = chance.sample(COUNTRIES, 2)
    direction = "north-south" if out == "NO" else "south-north" if to == "NO" else "south-south"
    # Few days, so that many share one.
    end = date(2000, 6, 1) + timedelta(days=365 * chance.randint(0, 24))
    return {"from": out, "to": to, "direction": direction, "end": end, "organisations": chance.sample(range(60), 2)}


def _names(skill: dict[str, Any]) -> list[str]:
    aliases = [alias for found in skill["aliases"].values() for alias in found]
    return list(dict.fromkeys([skill["nn"], skill["nb"], skill["en"], *aliases]))


def _less_of(whole: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same person with some of the fields hidden, as disclosure leaves them."""
    hidden = set(chance.sample(["skills", "headline", "about", "place"], chance.randint(1, 3)))
    shown = {**whole, "texts": {field: texts for field, texts in whole["texts"].items() if field not in hidden}}
    if "skills" in hidden:
        shown["facets"] = {facet: values for facet, values in whole["facets"].items() if facet not in ("skill", "sector")}
        shown["suggestions"] = [entry for entry in whole["suggestions"] if entry[0] != "skill"]
    return shown
