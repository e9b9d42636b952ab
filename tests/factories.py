"""Makers of people for tests. Each builds the least that is valid; traits say what is special."""

from datetime import date

import factory
from django.utils import timezone

from profiles.audiences import Audience
from profiles.fields import DISCLOSABLE_FIELDS
from profiles.models import Exchange, Organisation, OrganisationName, Profile, ProfileSkill, RoleGrant, Term, User
from profiles.models.accounts import AccountStatus
from profiles.roles import Role


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    status = AccountStatus.ACTIVE
    password = factory.django.Password("utveksling")


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Organisation {n}")
    country = "KE"

    @factory.post_generation
    def own_name(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create:
            OrganisationName.objects.create(organisation=self, name=self.name)


class RoleGrantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.MEMBER


class ProfileFactory(factory.django.DjangoModelFactory):
    """A claimed profile that nobody but Norec sees. `shown_to=[...]` shows every field to those audiences."""

    class Meta:
        model = Profile
        skip_postgeneration_save = True

    class Params:
        unclaimed = factory.Trait(user=None, visibility_chosen_at=None)

    user = factory.SubFactory(UserFactory)
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n}")
    visibility_chosen_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class: type[Profile], *args: object, **kwargs: object) -> Profile:
        shown_to = kwargs.pop("shown_to", None)
        if shown_to is not None:
            for field in DISCLOSABLE_FIELDS:
                kwargs.setdefault(field.column, frozenset(Audience(item) for item in shown_to))
        return super()._create(model_class, *args, **kwargs)


class ExchangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Exchange

    profile = factory.SubFactory(ProfileFactory)
    exchange_id = factory.Sequence(lambda n: f"X{n:05}")
    from_country = "KE"
    to_country = "NO"
    start = date(2018, 8, 1)
    end = date(2019, 6, 1)


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    kind = "skill"
    code = factory.Sequence(lambda n: f"term-{n}")
    name_nn = factory.LazyAttribute(lambda o: f"{o.code} nn")
    name_nb = factory.LazyAttribute(lambda o: f"{o.code} nb")
    name_en = factory.LazyAttribute(lambda o: f"{o.code} en")


class ProfileSkillFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProfileSkill

    profile = factory.SubFactory(ProfileFactory)
    term = factory.SubFactory(TermFactory)
