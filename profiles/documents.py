"""The people documents of the search index: one per profile and audience, each made by `disclose_to`."""

from collections.abc import Iterator
from typing import Any

from alumni_site.core.indexing import DocumentSource, register_documents
from profiles.audiences import Audience
from profiles.disclosure import DisclosedProfile, disclose_to
from profiles.models import Profile, TermAlias

PEOPLE = "people"


def build_people_documents(object_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Documents of these profiles: id -> audience -> document. An audience that may not know of a person has none."""
    aliases = _aliases()
    profiles = Profile.objects.filter(pk__in=object_ids).with_disclosable()
    return {
        profile.pk: {
            audience.value: people_document(disclosed, aliases)
            for audience in Audience
            if (disclosed := disclose_to(profile, audience)) is not None
        }
        for profile in profiles
    }


def people_document(disclosed: DisclosedProfile, aliases: dict[str, list[str]]) -> dict[str, Any]:
    """One document, engine-neutral: texts to search in, and the values of each facet. Only from what is disclosed."""
    exchanges = disclosed.exchanges
    terms = {"skill": disclosed.skills, "sector": disclosed.sectors, "sdg": disclosed.sdgs}
    organisations = [o for e in exchanges for o in (e.sending_organisation, e.host_organisation) if o]
    latest = max((e.end or e.start for e in exchanges if e.end or e.start), default=None)
    return {
        "name": disclosed.name,
        "name_then": disclosed.name_then,
        "headline": disclosed.headline,
        "about": disclosed.about,
        "work": " ".join(filter(None, [disclosed.work_title, disclosed.workplace])),
        "place": disclosed.place,
        # A skill chosen in one language is found by its name or alias in any.
        "skills": [name for term in disclosed.skills for name in {*term.names.values(), *aliases.get(f"skill:{term.code}", [])}],
        "topics": [
            name
            for kind in ("sector", "sdg")
            for term in terms[kind]
            for name in {*term.names.values(), *aliases.get(f"{kind}:{term.code}", [])}
        ],
        "organisations": sorted({organisation.name for organisation in organisations}),
        "countries": sorted({disclosed.country, *(c for e in exchanges for c in (e.from_country, e.to_country))} - {""}),
        "latest_exchange": latest.isoformat() if latest else "",
        "facets": {
            "country_from": sorted({e.from_country for e in exchanges} - {""}),
            "country_to": sorted({e.to_country for e in exchanges} - {""}),
            "country_residence": [disclosed.country] if disclosed.country else [],
            "direction": sorted({e.direction for e in exchanges} - {""}),
            "sending_organisation": sorted({str(e.sending_organisation.uuid) for e in exchanges if e.sending_organisation}),
            "host_organisation": sorted({str(e.host_organisation.uuid) for e in exchanges if e.host_organisation}),
            "year": sorted({str(year) for e in exchanges for year in e.years}),
            "skill": sorted(term.code for term in disclosed.skills),
            "sector": sorted(term.code for term in disclosed.sectors),
            "sdg": sorted(term.code for term in disclosed.sdgs),
            "language": sorted(language.code for language in disclosed.languages),
            "open_to": sorted(disclosed.open_to),
        },
    }


def _aliases() -> dict[str, list[str]]:
    """Every alias in use, by "kind:code"."""
    found: dict[str, list[str]] = {}
    for kind, code, name in TermAlias.objects.values_list("term__kind", "term__code", "name"):
        found.setdefault(f"{kind}:{code}", []).append(name)
    return found


def _all_ids() -> Iterator[int]:
    return Profile.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000)


register_documents(DocumentSource(kind=PEOPLE, build=build_people_documents, all_ids=_all_ids))
