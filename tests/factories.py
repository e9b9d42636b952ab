"""Makers of people for tests. Each builds the least that is valid; traits say what is special."""

from datetime import date

import factory
from django.utils import timezone

from messaging.models import Conversation, Message, MessageRequest, MessagingSettings, Participation
from messaging.searching import folded
from messaging.services.numbering import take_number
from messaging.standing import direct_key
from profiles.audiences import Audience
from profiles.fields import DISCLOSABLE_FIELDS
from profiles.models import Exchange, Organisation, OrganisationName, Profile, ProfileSkill, RoleGrant, Term, User
from profiles.models.accounts import AccountStatus
from profiles.roles import Role
from profiles.viewers import Viewer, viewer_for


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


class MessagingSettingsFactory(factory.django.DjangoModelFactory):
    """Somebody who has read the norms and agreed to them."""

    class Meta:
        model = MessagingSettings

    user = factory.SubFactory(UserFactory)
    norms_agreed_at = factory.LazyFunction(timezone.now)


class TalkerFactory(ProfileFactory):
    """A member whom members see, who has agreed to the norms and may write."""

    shown_to = (Audience.MEMBERS,)

    @factory.post_generation
    def may_write(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create and extracted is not False:
            RoleGrantFactory(user=self.user)
            MessagingSettingsFactory(user=self.user)


class ConversationFactory(factory.django.DjangoModelFactory):
    """`people=[user, ...]`: two talk with each other, more (or `kind="group"`) are a group that the first one runs."""

    class Meta:
        model = Conversation

    @classmethod
    def _create(cls, model_class: type[Conversation], *args: object, **kwargs: object) -> Conversation:
        people: list[User] = list(kwargs.pop("people", None) or [TalkerFactory().user, TalkerFactory().user])  # type: ignore[call-overload]
        kind = kwargs.setdefault("kind", "direct" if len(people) == 2 else "group")
        if kind == "direct":
            kwargs["direct_key"] = direct_key(people[0].pk, people[1].pk)
        elif kind == "group":
            kwargs.setdefault("name", "Nairobi 2018")
        conversation = super()._create(model_class, *args, **kwargs)
        for number, person in enumerate(people):
            Participation.objects.create(conversation=conversation, user=person, is_owner=kind == "group" and number == 0)
        return conversation


class MessageFactory(factory.django.DjangoModelFactory):
    """The next message of its conversation, as `send_message` numbers it."""

    class Meta:
        model = Message

    body = factory.Sequence(lambda n: f"Message {n}")

    @classmethod
    def _create(cls, model_class: type[Message], *args: object, **kwargs: object) -> Message:
        conversation: Conversation = kwargs["conversation"]  # type: ignore[assignment]
        take_number(conversation.pk)
        conversation.refresh_from_db(fields=["last_seq", "last_message_at"])
        kwargs.setdefault("seq", conversation.last_seq)
        kwargs.setdefault("folded", folded(str(kwargs["body"])))
        return super()._create(model_class, *args, **kwargs)


class MessageRequestFactory(factory.django.DjangoModelFactory):
    """A request with its conversation and one text; `sender` and `recipient` are accounts."""

    class Meta:
        model = MessageRequest
        skip_postgeneration_save = True

    sender = factory.LazyFunction(lambda: TalkerFactory().user)
    recipient = factory.LazyFunction(lambda: TalkerFactory().user)
    conversation = factory.LazyAttribute(lambda o: ConversationFactory(people=[o.sender, o.recipient]))

    @factory.post_generation
    def text(self, create: bool, extracted: str | None, **kwargs: object) -> None:
        if create:
            MessageFactory(conversation=self.conversation, sender=self.sender, body=extracted or "May I ask you something?")


def viewer_of(profile: Profile, capacity: str | None = None) -> Viewer:
    """The viewer a person is, read from the database as each request does."""
    return viewer_for(User.objects.get(pk=profile.user_id), capacity=capacity)
