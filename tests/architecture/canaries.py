"""People with a word of their own in every field: where the word comes out, the field has come out."""

import hashlib
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.core.files.base import ContentFile
from django.utils import timezone

from profiles.audiences import Audience, AudienceSet
from profiles.countries import country_name, language_name
from profiles.fields import DISCLOSABLE_FIELDS
from profiles.models import Exchange, Organisation, OrganisationName, Profile, ProfileLanguage, ProfileLink, ProfileSkill, Term
from profiles.photos import PHOTO_SIZES, photo_file
from profiles.storage import private_storage
from tests.factories import RoleGrantFactory, UserFactory

FIELDS = tuple(each.key for each in DISCLOSABLE_FIELDS)
NOBODY: AudienceSet = frozenset()
EVERYBODY: AudienceSet = frozenset({Audience.PUBLIC})

# Rare enough to stand for one person each, and known to the network.
_COUNTRIES = (
    "BT",
    "SR",
    "KI",
    "VU",
    "TO",
    "WS",
    "FJ",
    "MH",
    "PW",
    "NR",
    "TV",
    "SB",
    "AD",
    "SM",
    "LI",
    "MC",
    "KM",
    "ST",
    "SC",
    "MV",
)
_LANGUAGES = (
    "ti",
    "aa",
    "rw",
    "rn",
    "ln",
    "din",
    "nus",
    "mg",
    "wo",
    "bm",
    "ff",
    "ha",
    "yo",
    "ig",
    "ak",
    "ee",
    "gaa",
    "om",
    "sw",
    "lg",
)


@dataclass
class Canary:
    """`words` are the traces a field leaves, by its key; `secrets` are what nobody but the owner and Norec's records may have."""

    profile: Profile
    chosen: dict[str, AudienceSet]
    words: dict[str, tuple[str, ...]]
    secrets: dict[str, str]
    codes: dict[str, str] = field(default_factory=dict)

    def shown_to(self, audience: Audience | None) -> frozenset[str]:
        """The fields that an audience may see, worked out here once more and without the gate."""
        if audience is None:
            return frozenset()
        seen = {key for key, chosen in self.chosen.items() if audience in chosen or Audience.PUBLIC in chosen}
        if audience == Audience.NOREC:
            return frozenset(seen | {"name", "exchanges"})
        return frozenset(seen) if "name" in seen else frozenset()

    def found_in(self, text: str) -> frozenset[str]:
        """The fields whose traces are in a text."""
        folded = text.casefold()
        return frozenset(key for key, words in self.words.items() if any(word.casefold() in folded for word in words))

    def secrets_in(self, text: str) -> list[str]:
        folded = text.casefold()
        return [name for name, secret in self.secrets.items() if secret.casefold() in folded]


def word(*parts: object) -> str:
    """A word that is like no other: no search that forgives mistakes takes one for another."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return "zq" + "".join(string.ascii_lowercase[byte % 26] for byte in digest[:12])


def digits(*parts: object) -> str:
    return "".join(str(byte % 10) for byte in hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:8])


def canary(number: int, chosen: dict[str, AudienceSet], **fields: object) -> Canary:
    """A member whose every field is filled in, and shown as `chosen` says by the key of the field."""
    w = {key: word(key, number) for key in (*FIELDS, "last", "note", "login", "file", "id", "xid", "sender", "host", "role")}
    phone = digits("phone", number)
    user = UserFactory(email=f"{w['login']}@login.example")
    RoleGrantFactory(user=user)
    profile = Profile.objects.create(
        user=user,
        participant_id=w["id"],
        email_on_file=f"{w['file']}@file.example",
        first_name=w["name"],
        last_name=w["last"],
        name_then=w["name_then"],
        photo=f"photos/{w['photo']}/large.webp",
        headline=w["headline"],
        about=w["about"],
        country=_COUNTRIES[number],
        place=w["place"],
        work_title=w["work"],
        workplace=w["work"],
        contact_email=f"{w['contact_email']}@work.example",
        contact_phone=f"+{phone}",
        open_to_hosting=True,
        visibility_chosen_at=timezone.now(),
        **{f"audiences_{key}": audiences for key, audiences in chosen.items()},
        **fields,
    )
    _photo_files(profile)
    _lists(profile, number, w)
    own_photo = f"/people/{profile.uuid}/photo/"
    words = {key: (w[key],) for key in FIELDS} | {
        "name": (w["name"], w["last"]),
        "photo": (w["photo"], own_photo),
        "country": (country_name(_COUNTRIES[number], "en"),),
        "languages": (language_name(_LANGUAGES[number], "en"),),
        "skills": (w["skills"], w["note"]),
        "open_to": ("Hosting or helping people", '"hosting"'),
        "exchanges": (w["sender"], w["host"], w["role"]),
        "contact_phone": (phone,),
    }
    secrets = {
        "the address they sign in with": user.email,
        "the address on file": profile.email_on_file,
        "their number": w["id"],
        "the number of an exchange": w["xid"],
    }
    codes = {"country": _COUNTRIES[number], "languages": _LANGUAGES[number], "photo": w["photo"]}
    return Canary(profile, chosen, words, secrets, codes)


def _photo_files(profile: Profile) -> None:
    for size in PHOTO_SIZES:
        private_storage().save(
            photo_file(profile.photo.name, size), ContentFile(b"RIFF\0\0\0\0WEBP" + profile.photo.name.encode())
        )


def _lists(profile: Profile, number: int, w: dict[str, str]) -> None:
    def term(kind: str, name: str) -> Term:
        return Term.objects.create(kind=kind, code=name, name_nn=name, name_nb=name, name_en=name)

    def organisation(name: str) -> Organisation:
        made = Organisation.objects.create(name=name, country="KE")
        OrganisationName.objects.create(organisation=made, name=name)
        return made

    ProfileSkill.objects.create(profile=profile, term=term("skill", w["skills"]), note=w["note"], years=3)
    profile.sectors.add(term("sector", w["sectors"]))
    profile.sdgs.add(term("sdg", w["sdgs"]))
    ProfileLanguage.objects.create(profile=profile, code=_LANGUAGES[number], level="native")
    ProfileLink.objects.create(profile=profile, url=f"https://example.org/{w['links']}", label=w["links"])
    Exchange.objects.create(
        profile=profile,
        exchange_id=w["xid"],
        sending_organisation=organisation(w["sender"]),
        host_organisation=organisation(w["host"]),
        from_country="KE",
        to_country="NO",
        start=date(2018, 8, 1),
        end=date(2019, 6, 1),
        role=w["role"],
        homecoming_date=date(2019, 7, 1),
    )


# The sets of audiences that every field goes through in the matrix.
CHOICES: tuple[AudienceSet, ...] = tuple(
    frozenset(map(Audience, names))
    for names in (
        (),
        ("public",),
        ("members",),
        ("missions",),
        ("partners",),
        ("norec",),
        ("members", "missions"),
        ("partners", "norec"),
    )
)


_OTHERS = tuple(key for key in FIELDS if key != "name")
HOW_MANY = 2 * len(CHOICES)


def choice_of_canary(number: int) -> dict[str, AudienceSet]:
    """Whom each of the people of the matrix shows what.

    The first half can be found by all, and every field is shown to every set of `CHOICES` by one of them; the other half
    shows all but the name to all, and the name to each set.
    """
    turn = number % len(CHOICES)
    if number < len(CHOICES):
        return {key: CHOICES[(index + turn) % len(CHOICES)] for index, key in enumerate(_OTHERS)} | {"name": EVERYBODY}
    return {**dict.fromkeys(_OTHERS, EVERYBODY), "name": CHOICES[turn]}


def matrix() -> list[Canary]:
    """People such that every field is shown to every set of `CHOICES`."""
    return [canary(number, choice_of_canary(number)) for number in range(HOW_MANY)]


def hidden_canary(**fields: object) -> Canary:
    """Somebody who shows nothing to anybody."""
    return canary(0, dict.fromkeys(FIELDS, NOBODY), **fields)


def every_cell() -> Iterator[tuple[str, AudienceSet]]:
    """Each field with each set of audiences it has among the people of the matrix."""
    return (cell for number in range(HOW_MANY) for cell in choice_of_canary(number).items())
