"""Advisers keep the organisations."""

import pytest

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.models import IndexChange
from profiles.models import Organisation
from profiles.roles import Role
from profiles.services.organisations import OrganisationFacts, add_organisation, edit_organisation, organisation_token
from tests.factories import ExchangeFactory, OrganisationFactory
from tests.profiles.accounts_helpers import acting, adviser, member

pytestmark = pytest.mark.django_db


def facts(name: str = "Zomba Rural Power", *others: str, country: str = "MW", kind: str = "private") -> OrganisationFacts:
    return OrganisationFacts(name, others, country, kind)


def names_of(organisation: Organisation) -> set[str]:
    return set(organisation.names.values_list("name", flat=True))


def test_new_organisation_goes_by_its_name_and_the_others_each_once() -> None:
    made = add_organisation(actor=acting(adviser()), facts=facts(" Zomba  Rural Power ", "ZRP", "zrp", "", "Zomba RP"))
    assert (made.name, made.country, made.kind) == ("Zomba Rural Power", "MW", "private")
    assert names_of(made) == {"Zomba Rural Power", "ZRP", "Zomba RP"}


def test_renamed_organisation_is_still_found_by_its_old_name_and_people_are_marked() -> None:
    found = OrganisationFactory(name="Zomba Power")
    exchange, who = ExchangeFactory(host_organisation=found), acting(adviser())
    IndexChange.objects.all().delete()
    edit_organisation(actor=who, organisation=found, facts=facts(), token=organisation_token(found))
    assert names_of(found) == {"Zomba Rural Power", "Zomba Power"}
    assert set(IndexChange.objects.values_list("object_id", flat=True)) == {exchange.profile_id}


def test_change_of_case_alone_is_kept_as_written() -> None:
    found = OrganisationFactory(name="zomba rural power")
    edit_organisation(actor=acting(adviser()), organisation=found, facts=facts(), token=organisation_token(found))
    assert names_of(found) == {"Zomba Rural Power"}


def test_name_of_another_is_refused_with_its_name() -> None:
    OrganisationFactory(name="Zomba Rural Power")
    with pytest.raises(Invalid, match="Zomba Rural Power"):
        add_organisation(actor=acting(adviser()), facts=facts("Another", "ZOMBA rural power"))
    with pytest.raises(Invalid):
        add_organisation(actor=acting(adviser()), facts=facts("  "))
    assert Organisation.objects.count() == 1


def test_two_advisers_do_not_overwrite_each_other_and_nobody_else_writes() -> None:
    found = OrganisationFactory()
    old = organisation_token(found)
    Organisation.objects.update(country="NO")
    with pytest.raises(Conflict):
        edit_organisation(actor=acting(adviser()), organisation=found, facts=facts(), token=old)
    for role in (Role.MEMBER, Role.COORDINATOR, Role.EDITOR):
        with pytest.raises(NotAllowed):
            add_organisation(actor=acting(member(role)), facts=facts())
        with pytest.raises(NotAllowed):
            edit_organisation(actor=acting(member(role)), organisation=found, facts=facts(), token=old)
