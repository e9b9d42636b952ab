"""Every way a person's data leaves the network, for the matrix test. An app that opens a new way adds it here.

A surface is looked at from every seat. For each person it says which fields came out; the matrix holds that against what
the person chose. `fields` are those the surface shows at all: any other must never come out there.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse

from profiles.audiences import Audience
from profiles.documents import build_people_documents
from profiles.photos import PHOTO_SIZES
from tests.architecture.canaries import FIELDS, Canary
from tests.architecture.seats import ONE_OF_EACH, Seat

Found = dict[int, frozenset[str]]
ALL = frozenset(FIELDS)
# Where an exchange is shown as its two countries; nobody of the matrix lives in it.
COUNTRY_OF_EXCHANGE = "Kenya"


@dataclass(frozen=True)
class Surface:
    """`found` gives, by the id of the profile, the fields that came out; who is missing did not come out at all.

    `audience` is through whose eyes a seat looks here, None for those who get nothing. `owners` adds the person themselves
    to the seats; `kinds` are the seats that are tried, all when empty. `index` is for what needs an up-to-date search index.
    """

    name: str
    fields: frozenset[str]
    found: Callable[[Seat, list[Canary]], Found]
    audience: Callable[[Seat], Audience | None] = lambda seat: seat.audience
    owners: bool = False
    kinds: frozenset[str] = frozenset()
    index: bool = False


SURFACES: list[Surface] = []


def register_surface(surface: Surface) -> None:
    SURFACES.append(surface)


def main_of(answer: HttpResponse) -> str:
    """What a page says about others: without the bar, where everybody sees their own name and picture."""
    text = answer.content.decode()
    return text.split("<main", 1)[1].split("</main>", 1)[0] if "<main" in text else text


# --- pages of one person ----------------------------------------------------------------------------------------------


def _profile_page(seat: Seat, canaries: list[Canary], query: str = "") -> Found:
    client = seat.client
    found = {}
    for each in canaries:
        answer = client.get(reverse("profile", args=[each.profile.uuid]) + query)
        text = main_of(answer)
        assert not each.secrets_in(text), (seat.kind, each.secrets_in(text))
        found[each.profile.pk] = each.found_in(text)
    return found


def _photo(seat: Seat, canaries: list[Canary]) -> Found:
    client = seat.client
    # One gate for all sizes: it is enough to try each of them for some.
    sizes = list(PHOTO_SIZES) if seat.kind in ("visitor", "member") else ["small"]
    found = {}
    for each in canaries:
        answers = [client.get(reverse("profile_photo", args=[each.profile.uuid, size])) for size in sizes]
        contents = [b"".join(answer.streaming_content) if answer.streaming else b"" for answer in answers]
        shown = [each.codes["photo"].encode() in content for content in contents]
        assert len(set(shown)) == 1
        assert {answer.status_code for answer in answers} == ({200} if shown[0] else {404})
        found[each.profile.pk] = frozenset({"photo"}) if shown[0] else frozenset()
    return found


register_surface(Surface("profile page", ALL, _profile_page, owners=True))
register_surface(Surface("photo", frozenset({"photo"}), _photo))

# --- one's own profile through others' eyes ------------------------------------------------------------------------------


_OWNER = frozenset({"owner"})
_OWNER_OR_MEMBER = frozenset({"owner", "member"})


def _see_as(audience: Audience) -> None:
    def card(seat: Seat, canaries: list[Canary]) -> Found:
        client = seat.client
        found = {}
        for each in canaries:
            page = client.get(reverse("visibility"), {"see": audience.value}).content.decode()
            peek = re.search(r'class="nw-peek.*?Not shown to|class="nw-peek.*?</aside>', page, flags=re.DOTALL)
            text = peek.group(0) if peek else ""
            found[each.profile.pk] = each.found_in(text) | ({"exchanges"} if COUNTRY_OF_EXCHANGE in text else set())
        return found

    def page(seat: Seat, canaries: list[Canary]) -> Found:
        return _profile_page(seat, canaries, f"?as={audience.value}")

    def owner_or_own(seat: Seat) -> Audience | None:
        return audience if seat.kind == "owner" else seat.audience

    register_surface(Surface(f"card as seen by {audience}", ALL, card, audience=owner_or_own, owners=True, kinds=_OWNER))
    register_surface(
        Surface(f"page as seen by {audience}", ALL, page, audience=owner_or_own, owners=True, kinds=_OWNER_OR_MEMBER)
    )


for _audience in Audience:
    _see_as(_audience)

# --- search documents ---------------------------------------------------------------------------------------------------

_IN_DOCUMENTS = ALL - {"photo", "links", "contact_email", "contact_phone"}


def _documents(seat: Seat, canaries: list[Canary]) -> Found:
    """The documents of the seat's audience: whoever they are, a query reads no others."""
    built = build_people_documents([each.profile.pk for each in canaries])
    found = {}
    for each in canaries:
        audience = seat.viewer.audience
        document = built.get(each.profile.pk, {}).get(audience.value)
        text = json.dumps(document, ensure_ascii=False) if document else ""
        assert not each.secrets_in(text)
        found[each.profile.pk] = found_in_data(each, text)
    return found


def found_in_data(each: Canary, text: str) -> frozenset[str]:
    """The fields whose traces are in JSON, where countries and languages stand by their codes."""
    coded = {key for key in ("country", "languages") if f'"{each.codes[key]}"' in text}
    return each.found_in(text) | frozenset(coded)


register_surface(
    Surface("search document", _IN_DOCUMENTS, _documents, audience=lambda seat: seat.viewer.audience, kinds=ONE_OF_EACH)
)
