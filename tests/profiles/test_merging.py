"""Two words, or two records of one organisation, become one."""

import pytest

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.models import IndexChange
from notifications.models import Notification
from privacy.models import AuditEvent
from profiles.models import Organisation, OrganisationName, ProfileSkill, RoleGrant, Term, TermAlias
from profiles.models.vocabulary import TermStatus
from profiles.roles import Role
from profiles.services.merging import (
    merge_organisations,
    merge_terms,
    preview_organisation_merge,
    preview_term_merge,
)
from tests.factories import (
    ExchangeFactory,
    OrganisationFactory,
    ProfileFactory,
    ProfileSkillFactory,
    RoleGrantFactory,
    TermFactory,
)
from tests.profiles.accounts_helpers import acting, adviser, member

pytestmark = pytest.mark.django_db


def solar_and_pv(**gone: object) -> tuple[Term, Term]:
    kept = TermFactory(code="solar", name_nn="Solenergi", name_nb="Solenergi", name_en="Solar energy")
    TermAlias.objects.create(term=kept, language="en", name="sun power")
    return TermFactory(code="pv", name_nn="Solceller", name_nb="Solenergi", name_en="Photovoltaics", **gone), kept


def test_everybody_has_the_word_that_stays_and_who_had_both_keeps_one() -> None:
    gone, kept = solar_and_pv()
    only_gone = ProfileSkillFactory(term=gone, years=3, note="panels")
    both, both_empty, only_kept = ProfileFactory(), ProfileFactory(), ProfileSkillFactory(term=kept)
    ProfileSkillFactory(profile=both, term=gone, years=5, note="gone note")
    ProfileSkillFactory(profile=both, term=kept, years=0, note="kept note")
    ProfileSkillFactory(profile=both_empty, term=gone, years=7, note="gone note")
    ProfileSkillFactory(profile=both_empty, term=kept)
    IndexChange.objects.all().delete()
    preview = preview_term_merge(gone, kept)
    assert (preview.people, preview.with_both) == (3, 2)
    assert merge_terms(actor=acting(adviser()), term=gone, into=kept) == 3
    assert not ProfileSkill.objects.filter(term=gone).exists()
    rows = {row.profile_id: (row.years, row.note) for row in ProfileSkill.objects.filter(term=kept)}
    assert rows == {
        only_gone.profile_id: (3, "panels"),
        both.pk: (0, "kept note"),
        both_empty.pk: (7, "gone note"),
        only_kept.profile_id: (None, ""),
    }
    marked = IndexChange.objects.filter(kind="people")
    assert set(marked.values_list("object_id", flat=True)) >= set(rows)
    (event,) = AuditEvent.objects.filter(action="profiles.terms_merged")
    assert event.details == {"gone": "pv", "kept": "solar", "people": 3}


def test_names_and_aliases_go_over_each_once() -> None:
    gone, kept = solar_and_pv()
    for language, name in (("en", "Sun power"), ("en", "PV"), ("nn", "solenergi")):
        TermAlias.objects.create(term=gone, language=language, name=name)
    merge_terms(actor=acting(adviser()), term=gone, into=kept)
    assert set(kept.aliases.values_list("language", "name")) == {
        ("en", "sun power"),
        ("en", "Photovoltaics"),
        ("en", "PV"),
        ("nn", "Solceller"),
    }
    assert not gone.aliases.exists()


def test_the_word_that_goes_points_to_the_one_that_stays_and_so_do_those_before_it() -> None:
    gone, kept = solar_and_pv()
    earlier = TermFactory(status=TermStatus.MERGED, merged_into=gone)
    merge_terms(actor=acting(adviser()), term=gone, into=kept)
    for term in (gone, earlier):
        term.refresh_from_db()
        assert (term.status, term.merged_into) == (TermStatus.MERGED, kept)


def test_merged_sectors_take_people_and_skills_along() -> None:
    gone, kept = TermFactory(kind="sector"), TermFactory(kind="sector")
    skill = TermFactory(sector=gone)
    one, both = ProfileFactory(), ProfileFactory()
    one.sectors.add(gone)
    both.sectors.add(gone, kept)
    assert preview_term_merge(gone, kept).skills_in_sector == 1
    assert merge_terms(actor=acting(adviser()), term=gone, into=kept) == 2
    assert list(one.sectors.all()) == list(both.sectors.all()) == [kept]
    skill.refresh_from_db()
    assert skill.sector == kept


def test_merged_proposal_tells_who_proposed_it() -> None:
    user = member()
    gone, kept = solar_and_pv(status=TermStatus.PROPOSED, proposed_by=user)
    ProfileSkillFactory(profile=user.profile, term=gone)
    merge_terms(actor=acting(adviser()), term=gone, into=kept)
    (told,) = Notification.objects.all()
    assert (told.recipient, told.data) == (user, {"word": "Photovoltaics", "status": "merged"})
    assert user.profile.profile_skills.get().term == kept


def test_what_cannot_be_merged_is_refused() -> None:
    gone, kept = solar_and_pv()
    who = acting(adviser())
    goals = [TermFactory(kind="sdg") for _ in range(2)]
    for term, into in ((gone, gone), (gone, TermFactory(kind="sector")), tuple(goals)):
        with pytest.raises(Invalid):
            merge_terms(actor=who, term=term, into=into)
    for into in (TermFactory(status=TermStatus.PROPOSED), TermFactory(status=TermStatus.DECLINED)):
        with pytest.raises(Conflict):
            merge_terms(actor=who, term=gone, into=into)
    merge_terms(actor=who, term=gone, into=kept)
    with pytest.raises(Conflict):
        merge_terms(actor=who, term=gone, into=TermFactory())
    with pytest.raises(NotAllowed):
        merge_terms(actor=acting(member()), term=kept, into=TermFactory())


def test_merged_organisation_hands_over_exchanges_roles_and_names() -> None:
    gone, kept = (
        OrganisationFactory(name="Kraftlaget", country="NO", kind="private"),
        OrganisationFactory(name="Sunnfjord Kraftlag", country=""),
    )
    sent, hosted, other = ExchangeFactory(sending_organisation=gone), ExchangeFactory(host_organisation=gone), ExchangeFactory()
    twice = RoleGrantFactory(role=Role.COORDINATOR, organisation=gone)
    RoleGrantFactory(user=twice.user, role=Role.COORDINATOR, organisation=kept)
    once = RoleGrantFactory(role=Role.COORDINATOR, organisation=gone)
    who = acting(adviser())
    IndexChange.objects.all().delete()
    preview = preview_organisation_merge(gone)
    assert (preview.people, preview.exchanges, preview.roles) == (2, 2, 2)
    assert merge_organisations(actor=who, organisation=gone, into=kept) == 2
    kept.refresh_from_db()
    assert not Organisation.objects.filter(pk=gone.pk).exists()
    assert (kept.country, kept.kind) == ("NO", "private")
    sent.refresh_from_db()
    hosted.refresh_from_db()
    assert (sent.sending_organisation, hosted.host_organisation) == (kept, kept)
    assert set(RoleGrant.objects.filter(organisation=kept).values_list("user", flat=True)) == {twice.user.pk, once.user.pk}
    assert OrganisationName.objects.get(key="kraftlaget").organisation == kept
    marked = set(IndexChange.objects.values_list("object_id", flat=True))
    assert marked == {sent.profile_id, hosted.profile_id}
    assert other.profile_id not in marked


def test_organisations_are_merged_by_advisers_into_another_that_is_there() -> None:
    one, two = OrganisationFactory(), OrganisationFactory()
    with pytest.raises(NotAllowed):
        merge_organisations(actor=acting(member()), organisation=one, into=two)
    with pytest.raises(Invalid):
        merge_organisations(actor=acting(adviser()), organisation=one, into=one)
    merge_organisations(actor=acting(adviser()), organisation=one, into=two)
    with pytest.raises(Conflict):
        merge_organisations(actor=acting(adviser()), organisation=one, into=two)
