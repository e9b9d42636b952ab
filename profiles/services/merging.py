"""Two words that mean the same, or two records of one organisation, become one. This cannot be undone."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from privacy.services import record
from profiles.models import Exchange, Organisation, Profile, ProfileSkill, RoleGrant, Term, TermAlias
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.policies import can_edit_organisations, can_edit_vocabulary
from profiles.services.vocabulary import LANGUAGES, MOVES, people_with, tell_proposers
from profiles.signals import mark_people_changed
from profiles.viewers import Viewer


@dataclass(frozen=True)
class TermMergePreview:
    """How many people have the word that goes, and how many of them have the one that stays as well."""

    people: int
    with_both: int
    skills_in_sector: int


def preview_term_merge(term: Term, into: Term) -> TermMergePreview:
    having, having_other = set(people_with(term)), set(people_with(into))
    return TermMergePreview(len(having), len(having & having_other), term.skills.count())


@transaction.atomic
def merge_terms(*, actor: Viewer, term: Term, into: Term) -> int:
    """Give everybody who has `term` the other word instead, and make its names aliases of the other.

    Who has both keeps one: years and note of `into` stay, and are filled from `term` where they are empty. Returns how many
    people had `term`. Raises `NotAllowed`; `Conflict` when one of them was merged or declined meanwhile; `Invalid` for two
    kinds of words, one and the same word, or the global goals, which are not ours to merge.
    """
    if not can_edit_vocabulary(actor):
        raise NotAllowed(_("Only network advisers change the vocabulary."))
    terms = {row.pk: row for row in Term.objects.select_for_update().filter(pk__in=[term.pk, into.pk]).order_by("pk")}
    gone, kept = terms[term.pk], terms[into.pk]
    _check_mergeable(gone, kept)
    was_proposed = gone.status == TermStatus.PROPOSED
    people = people_with(gone)
    if was_proposed:
        gone.status = TermStatus.MERGED
        tell_proposers(gone, gone.name_en)
    _move_people(gone, kept)
    gone.skills.update(sector=kept)
    gone.merged_terms.update(merged_into=kept)
    _move_words(gone, kept)
    gone.status, gone.merged_into, gone.edited_by_staff = TermStatus.MERGED, kept, True
    gone.save(update_fields=["status", "merged_into", "edited_by_staff", "updated_at"])
    # Everybody who has the word that stays is now found by more words.
    mark_people_changed(people_with(kept), withhold=False)
    record(
        actor=actor.user,
        action="profiles.terms_merged",
        thing=kept,
        details={"gone": gone.code, "kept": kept.code, "people": len(people)},
    )
    return len(people)


def _check_mergeable(gone: Term, kept: Term) -> None:
    if gone.pk == kept.pk or gone.kind != kept.kind or gone.kind == TermKind.SDG:
        raise Invalid(_("These two cannot be merged."), code="not_mergeable")
    if TermStatus.MERGED not in MOVES[TermStatus(gone.status)] or kept.status != TermStatus.IN_USE:
        raise Conflict(_("Somebody has decided about one of these words meanwhile."))


def _move_people(gone: Term, kept: Term) -> None:
    if gone.kind == TermKind.SKILL:
        _move_skills(gone, kept)
        return
    through = Profile.sectors.through
    having_both = through.objects.filter(term=kept).values("profile_id")
    through.objects.filter(term=gone).exclude(profile_id__in=list(having_both.values_list("profile_id", flat=True))).update(
        term=kept
    )
    through.objects.filter(term=gone).delete()


def _move_skills(gone: Term, kept: Term) -> None:
    rows = {row.profile_id: row for row in ProfileSkill.objects.filter(term=gone)}
    both = list(ProfileSkill.objects.filter(term=kept, profile__in=rows))
    for row in both:
        other = rows[row.profile_id]
        row.years = row.years if row.years is not None else other.years
        row.note = row.note or other.note
    ProfileSkill.objects.bulk_update(both, ["years", "note"])
    ProfileSkill.objects.filter(pk__in=[rows[row.profile_id].pk for row in both]).delete()
    ProfileSkill.objects.filter(term=gone).update(term=kept)


def _move_words(gone: Term, kept: Term) -> None:
    """Names and aliases of the word that goes become aliases of the one that stays, each once."""
    seen = {(language, kept.name_in(language).casefold()) for language in LANGUAGES}
    seen |= {(alias.language, alias.name.casefold()) for alias in kept.aliases.all()}
    words = [(language, gone.name_in(language)) for language in LANGUAGES]
    words += [(alias.language, alias.name) for alias in gone.aliases.all()]
    new: list[TermAlias] = []
    for language, name in words:
        if (language, name.casefold()) not in seen:
            seen.add((language, name.casefold()))
            new.append(TermAlias(term=kept, language=language, name=name))
    gone.aliases.all().delete()
    TermAlias.objects.bulk_create(new)


@dataclass(frozen=True)
class OrganisationMergePreview:
    """What hangs on the record that goes."""

    people: int
    exchanges: int
    roles: int


def preview_organisation_merge(organisation: Organisation) -> OrganisationMergePreview:
    exchanges = _exchanges_of(organisation)
    return OrganisationMergePreview(
        people=exchanges.values("profile").distinct().count(),
        exchanges=exchanges.count(),
        roles=organisation.role_grants.count(),
    )


@transaction.atomic
def merge_organisations(*, actor: Viewer, organisation: Organisation, into: Organisation) -> int:
    """Make two records of one organisation one: exchanges, roles and names go to `into`, and `organisation` is deleted.

    Country and kind are filled in where `into` has none. Returns how many people's exchanges are affected. Raises
    `NotAllowed`, `Invalid` for one and the same record, `Conflict` when one of them is gone already.
    """
    if not can_edit_organisations(actor):
        raise NotAllowed(_("Only network advisers change organisations."))
    if organisation.pk == into.pk:
        raise Invalid(_("These two cannot be merged."), code="not_mergeable")
    wanted = Organisation.objects.select_for_update().filter(pk__in=[organisation.pk, into.pk]).order_by("pk")
    found = {row.pk: row for row in wanted}
    if len(found) != len({organisation.pk, into.pk}):
        raise Conflict(_("Somebody has merged one of these meanwhile."))
    gone, kept = found[organisation.pk], found[into.pk]
    people = list(_exchanges_of(gone).order_by().values_list("profile_id", flat=True).distinct())
    Exchange.objects.filter(sending_organisation=gone).update(sending_organisation=kept)
    Exchange.objects.filter(host_organisation=gone).update(host_organisation=kept)
    _move_roles(gone, kept)
    gone.names.update(organisation=kept)
    gone.former.update(organisation=kept)
    kept.former.create(uuid=gone.uuid)
    kept.country, kept.kind = kept.country or gone.country, kept.kind or gone.kind
    kept.save(update_fields=["country", "kind", "updated_at"])
    record(
        actor=actor.user,
        action="profiles.organisations_merged",
        thing=kept,
        details={"gone": str(gone.uuid), "people": len(people)},
    )
    gone.delete()
    mark_people_changed(people, withhold=False)
    return len(people)


def _exchanges_of(organisation: Organisation):  # type: ignore[no-untyped-def]
    return Exchange.objects.filter(Q(sending_organisation=organisation) | Q(host_organisation=organisation))


def _move_roles(gone: Organisation, kept: Organisation) -> None:
    """Roles on behalf of the organisation; who has the same role for both keeps one."""
    have = set(RoleGrant.objects.filter(organisation=kept).values_list("user_id", "role"))
    for grant in RoleGrant.objects.filter(organisation=gone):
        if (grant.user_id, grant.role) in have:
            grant.delete()
        else:
            grant.organisation = kept
            grant.save(update_fields=["organisation", "updated_at"])
