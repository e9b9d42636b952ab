"""The people documents of the search index: one per profile and audience, each made by `disclose_to`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet

from alumni_site.core.indexing import DocumentSource, register_documents
from alumni_site.core.prepared import Texts, Uniques, prepared
from profiles.audiences import Audience
from profiles.countries import names_of_country, names_of_language
from profiles.disclosure import DisclosedOrganisation, DisclosedProfile, DisclosedTerm, disclose_to_each
from profiles.models import OrganisationName, Profile, TermAlias

PEOPLE = "people"


@dataclass(frozen=True)
class OtherNames:
    """What terms and organisations are called besides: by "kind:code" and by UUID. The vocabulary's synonyms.

    A term's names come with their language; of an organisation's nobody knows it.
    """

    terms: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    organisations: dict[str, list[str]] = field(default_factory=dict)

    def of_term(self, kind: str, term: DisclosedTerm) -> list[str]:
        """Every name of a term, in every language, its own first."""
        others = [name for name, _language in self.terms.get(f"{kind}:{term.code}", [])]
        return list(dict.fromkeys([*term.names.values(), *others]))

    def languages_of_term(self, kind: str, term: DisclosedTerm, name: str) -> set[str]:
        """The languages in which this is a name of the term."""
        others = self.terms.get(f"{kind}:{term.code}", [])
        return {
            *(language for language, own in term.names.items() if own == name),
            *(language for other, language in others if other == name),
        }

    def of_organisation(self, organisation: DisclosedOrganisation) -> list[str]:
        """Every name of an organisation, its own first."""
        return list(dict.fromkeys([organisation.name, *self.organisations.get(str(organisation.uuid), [])]))


def build_people_documents(object_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Documents of these profiles: id -> audience -> document. An audience that may not know of a person has none.

    Audiences that see the same share one document object.
    """
    other_names = other_names_of_everything()
    everybody = disclose_to_each(Profile.objects.filter(pk__in=object_ids).with_account())
    return {pk: _documents_of(disclosed, other_names) for pk, disclosed in everybody.items()}


def _documents_of(for_each_audience: list[DisclosedProfile], other_names: OtherNames) -> dict[str, Any]:
    documents: dict[str, Any] = {}
    made: list[tuple[DisclosedProfile, dict[str, Any]]] = []
    for disclosed in for_each_audience:
        same = replace(disclosed, audience=Audience.PUBLIC)
        document = next((document for seen, document in made if seen == same), None)
        if document is None:
            document = people_document(disclosed, other_names)
            made.append((same, document))
        documents[disclosed.audience.value] = document
    return documents


def people_document(disclosed: DisclosedProfile, other_names: OtherNames) -> dict[str, Any]:
    """One document, engine-neutral, made from nothing but what is disclosed.

    `texts` are what words are looked for in, by what they are worth; `facets` the values of each facet; `suggestions`
    what may be offered to somebody who types: kind, value, names.
    """
    latest = disclosed.latest_exchange.last_day if disclosed.latest_exchange else None
    return {
        "name": disclosed.name,
        "latest_exchange": latest.isoformat() if latest else "",
        "texts": _texts(disclosed, other_names),
        "facets": _facets(disclosed),
        "suggestions": _suggestions(disclosed, other_names),
    }


def _texts(disclosed: DisclosedProfile, other_names: OtherNames) -> dict[str, list[str]]:
    """Names in every language stand beside each other here, so that a skill chosen in one is found in another."""
    exchanges = disclosed.exchanges
    texts = {
        "name": [disclosed.name, disclosed.name_then],
        "skills": [name for term in disclosed.skills for name in other_names.of_term("skill", term)],
        "headline": [disclosed.headline],
        "work": [
            disclosed.work_title,
            disclosed.workplace,
            *(name for organisation in _organisations(disclosed) for name in other_names.of_organisation(organisation)),
            *(name for term in disclosed.sectors for name in other_names.of_term("sector", term)),
            *(name for term in disclosed.sdgs for name in other_names.of_term("sdg", term)),
            *(text for exchange in exchanges for text in (exchange.role, exchange.programme)),
        ],
        "place": [
            disclosed.place,
            *(name for code in _countries(disclosed) for name in names_of_country(code)),
            *(name for language in disclosed.languages for name in names_of_language(language.code)),
        ],
        "about": [disclosed.about, *(term.note for term in disclosed.skills)],
    }
    return {key: found for key, values in texts.items() if (found := list(dict.fromkeys(filter(None, values))))}


def _facets(disclosed: DisclosedProfile) -> dict[str, list[str]]:
    exchanges = disclosed.exchanges
    facets: dict[str, Iterable[str]] = {
        "country_from": {e.from_country for e in exchanges},
        "country_to": {e.to_country for e in exchanges},
        "country_residence": {disclosed.country},
        "direction": {e.direction for e in exchanges},
        "sending_organisation": {str(e.sending_organisation.uuid) for e in exchanges if e.sending_organisation},
        "host_organisation": {str(e.host_organisation.uuid) for e in exchanges if e.host_organisation},
        "year": {str(year) for e in exchanges for year in e.years},
        "skill": {term.code for term in disclosed.skills},
        "sector": {term.code for term in disclosed.sectors},
        "sdg": {term.code for term in disclosed.sdgs},
        "language": {language.code for language in disclosed.languages},
        "open_to": set(disclosed.open_to),
    }
    return {facet: found for facet, values in facets.items() if (found := sorted(value for value in values if value))}


def _suggestions(disclosed: DisclosedProfile, other_names: OtherNames) -> list[tuple[str, str, list[str]]]:
    """A country is a place whose value is its code after "=": it is shown in the reader's language."""
    found: list[tuple[str, str, list[str]]] = [
        ("skill", term.code, other_names.of_term("skill", term)) for term in disclosed.skills
    ]
    found += [("organisation", str(o.uuid), other_names.of_organisation(o)) for o in _organisations(disclosed)]
    found += [("place", f"={code}", list(names_of_country(code))) for code in _countries(disclosed)]
    return [*found, ("place", disclosed.place, [disclosed.place])] if disclosed.place else found


def _organisations(disclosed: DisclosedProfile) -> list[DisclosedOrganisation]:
    """Each organisation of the exchanges once, in a fixed order."""
    found = {o.uuid: o for e in disclosed.exchanges for o in (e.sending_organisation, e.host_organisation) if o}
    return sorted(found.values(), key=lambda organisation: str(organisation.uuid))


def _countries(disclosed: DisclosedProfile) -> list[str]:
    codes = {disclosed.country, *(code for e in disclosed.exchanges for code in (e.from_country, e.to_country))}
    return sorted(codes - {""})


def other_names_of_everything() -> OtherNames:
    """Every other name in use, in two queries."""
    return _other_names(_in_order(TermAlias.objects.all()), _in_order(OrganisationName.objects.all()))


def other_names_of(people: Iterable[DisclosedProfile]) -> OtherNames:
    """Other names of the terms and organisations that these people show, in two queries."""
    people = list(people)
    codes = {term.code for person in people for term in (*person.skills, *person.sectors, *person.sdgs)}
    uuids = {organisation.uuid for person in people for organisation in _organisations(person)}
    return _other_names(_aliases(codes), _organisation_names(uuids))


@prepared
def _aliases(codes: Texts) -> QuerySet[Any]:
    return _in_order(TermAlias.objects.filter(term__code__in=codes))


@prepared
def _organisation_names(uuids: Uniques) -> QuerySet[Any]:
    return _in_order(OrganisationName.objects.filter(organisation__uuid__in=uuids))


def _in_order(names: QuerySet[Any]) -> QuerySet[Any]:
    columns = ("term__kind", "term__code", "name", "language") if names.model is TermAlias else ("organisation__uuid", "name")
    return names.order_by("pk").values_list(*columns)


def _other_names(aliases: Iterable[tuple[Any, ...]], names: Iterable[tuple[Any, ...]]) -> OtherNames:
    of_terms: dict[str, list[tuple[str, str]]] = {}
    for kind, code, name, language in aliases:
        of_terms.setdefault(f"{kind}:{code}", []).append((name, language))
    of_organisations: dict[str, list[str]] = {}
    for uuid, name in names:
        of_organisations.setdefault(str(uuid), []).append(name)
    return OtherNames(of_terms, of_organisations)


def _all_ids() -> Iterator[int]:
    return Profile.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000)


register_documents(DocumentSource(kind=PEOPLE, build=build_people_documents, all_ids=_all_ids))
