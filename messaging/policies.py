"""Who may do what in conversations. Views, services and templates ask the same ones.

The actor is a `Viewer`. A conversation belongs to the account, not to a capacity; what one may begin depends on the capacity.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.common_ground import have_common_ground
from messaging.models import (
    Conversation,
    ConversationKind,
    Message,
    MessagingSettings,
    Participation,
    RequestStatus,
    WhoMayWrite,
    WritingLimit,
)
from messaging.standing import Standing, direct_key, standing_of
from profiles.audiences import Audience
from profiles.disclosure import can_see_person
from profiles.models import Block, Profile
from profiles.policies import acts_as_adviser, acts_as_member
from profiles.roles import Role
from profiles.viewers import Viewer

TIME_TO_EDIT = timedelta(minutes=15)
# A "no, thank you" holds this long; the one who said it may write whenever they like.
TIME_BEFORE_ASKING_AGAIN = timedelta(days=90)
TIME_AFTER_TAKING_BACK = timedelta(days=1)
# A group, those who are invited and have not answered among them.
MOST_PEOPLE = 50
MOST_PINNED = 5

# How many people somebody may turn to for the first time in a day, by the role they act in.
FIRST_CONTACTS_A_DAY: dict[str, int] = {
    Role.PARTICIPANT: 5,
    Role.MEMBER: 10,
    Role.ENTREPRENEUR: 10,
    Role.OFFICER: 40,
    Role.COORDINATOR: 15,
    Role.ADVISER: 100,
    Role.EDITOR: 5,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: a stable code, and words for the person."""

    code: str
    words: str | Promise


TAKES_NO_MESSAGES = Refusal("not_allowed", _("This person does not take messages from you."))
# Who was told no is not told why.
DECLINED = Refusal(
    "not_allowed", _("The answer to your request is a friendly no, thank you. You can ask again after three months.")
)
TAKEN_BACK = Refusal("not_allowed", _("You have taken the request back."))
NOT_YOURS = Refusal("not_allowed", _("You do not take part in this conversation."))
NOT_A_MEMBER = Refusal("not_allowed", _("You cannot do this until you are a member."))
CLOSED = Refusal("closed", _("This conversation has ended. You can read it, and nobody writes in it any more."))
REQUEST_WAITS = Refusal("request_waiting", _("Your request is waiting for an answer. You can write more when it is accepted."))
ANSWER_FIRST = Refusal("request_waiting", _("Accept the request before you answer."))
NORMS_FIRST = Refusal("norms_not_agreed", _("Read the norms and agree to them before you write."))
# Its words want the day: `why_not_begin` puts it in.
LIMITED = Refusal(
    "limited",
    _("Norec has limited your account until %(day)s. You can write in the conversations you have, and begin no new ones."),
)


def takes_part(standing: Standing | None) -> bool:
    return standing is not None and standing.is_member


def why_not_send(standing: Standing | None) -> Refusal | None:
    """What stops somebody who stands so in a conversation from writing in it."""
    if standing is None or not standing.is_member:
        return NOT_YOURS
    if standing.is_blocked:
        return TAKES_NO_MESSAGES
    if not standing.is_talking:
        return _why_request_stops(standing)
    if standing.is_closed or standing.is_alone:
        return CLOSED
    return None if standing.has_agreed else NORMS_FIRST


def _why_request_stops(standing: Standing) -> Refusal:
    if not standing.is_request_sender:
        return ANSWER_FIRST if standing.request_status == RequestStatus.WAITING else NOT_YOURS
    # Ignored reads the same as waiting, whatever is asked.
    if standing.request_status in (RequestStatus.WAITING, RequestStatus.IGNORED):
        return REQUEST_WAITS
    return DECLINED if standing.request_status == RequestStatus.DECLINED else TAKEN_BACK


def can_send(actor: Viewer, conversation: Conversation) -> bool:
    return acts_as_member(actor) and why_not_send(_standing(actor, conversation)) is None


def is_own(actor: Viewer, message: Message) -> bool:
    return actor.user is not None and message.sender_id == actor.user.pk and not message.event


def is_gone(message: Message) -> bool:
    return message.deleted_at is not None or message.is_removed


def is_time_to_edit(message: Message) -> bool:
    return timezone.now() - message.sent_at < TIME_TO_EDIT


def can_edit(actor: Viewer, message: Message) -> bool:
    """One's own message, for a quarter of an hour, while one still takes part and the conversation has not ended."""
    if not is_own(actor, message) or is_gone(message) or not is_time_to_edit(message):
        return False
    standing = _standing(actor, message.conversation)
    return standing is not None and standing.is_member and not standing.is_closed


def can_delete_for_all(actor: Viewer, message: Message) -> bool:
    """One's own message, at any time while one still takes part. A mark stays."""
    return is_own(actor, message) and not is_gone(message) and takes_part(_standing(actor, message.conversation))


def can_delete_for_me(actor: Viewer, message: Message) -> bool:
    return can_see_message(actor, message)


def can_react(actor: Viewer, message: Message) -> bool:
    return (
        not is_gone(message) and not message.event and can_send(actor, message.conversation) and can_see_message(actor, message)
    )


def can_report(actor: Viewer, message: Message) -> bool:
    """What one could read and somebody else has written."""
    could_read = Message.objects.reportable_by(actor).filter(pk=message.pk)
    return not message.event and not is_own(actor, message) and could_read.exists()


def can_see_message(actor: Viewer, message: Message) -> bool:
    return Message.objects.visible_to(actor).filter(pk=message.pk).exists()


def can_run_group(actor: Viewer, conversation: Conversation) -> bool:
    """Its owner, while it is open: to rename it, invite, remove somebody or hand it over."""
    standing = _standing(actor, conversation)
    return (
        conversation.kind == ConversationKind.GROUP
        and standing is not None
        and takes_part(standing)
        and standing.is_owner
        and not standing.is_closed
    )


def can_leave(actor: Viewer, conversation: Conversation) -> bool:
    return conversation.kind == ConversationKind.GROUP and takes_part(_standing(actor, conversation))


def can_invite(actor: Viewer, conversation: Conversation, profile: Profile) -> bool:
    return can_run_group(actor, conversation) and profile.user_id in whom_one_may_invite(actor, [profile])


def whom_one_may_invite(actor: Viewer, profiles: Sequence[Profile]) -> set[int]:
    """The accounts of those one talks with or may write to, among people fetched with their `user`. As many queries for all of
    them as for one, but for what those who are new have in common with the actor."""
    if actor.user is None or why_not_begin(actor) is not None:
        return set()
    me = actor.user.pk
    keys = {direct_key(me, profile.user_id): profile.user_id for profile in profiles if profile.user_id is not None}
    talking = {keys[key] for key in _talks(keys).values_list("direct_key", flat=True)}
    may_go_on = {profile.user_id for profile in profiles if profile.user_id in talking and _is_member(profile)}
    new = [profile for profile in profiles if profile.user_id not in talking]
    return may_go_on - Block.objects.accounts_hidden_from(actor.user) | whom_one_may_ask(actor, new)


def can_write_to(actor: Viewer, profile: Profile) -> bool:
    """Whether to offer it: a new request, or going on with what there is."""
    return why_not_write_to(actor, profile) is None


def why_not_write_to(actor: Viewer, profile: Profile) -> Refusal | None:
    """What stops somebody from writing to a person, before it is asked what they agreed to and how many they wrote to today."""
    if not acts_as_member(actor) or actor.user is None:
        return NOT_A_MEMBER
    if profile.user_id is None or profile.user_id == actor.user.pk or _is_blocked(actor, profile):
        return TAKES_NO_MESSAGES
    if are_talking(actor.user.pk, profile.user_id) or has_asked(profile.user_id, actor.user.pk):
        return None
    return why_not_ask(actor, profile)


def why_not_ask(actor: Viewer, profile: Profile) -> Refusal | None:
    """Whether a person takes requests from this actor, in the capacity they act in."""
    return None if profile.user_id in whom_one_may_ask(actor, [profile]) else TAKES_NO_MESSAGES


def whom_one_may_ask(actor: Viewer, profiles: Sequence[Profile]) -> set[int]:
    """The accounts of those among these people who take requests from this actor."""
    seen = {each.user_id for each in profiles if each.user_id is not None and _is_member(each) and can_see_person(each, actor)}
    if not seen:
        return set()
    seen -= Block.objects.accounts_hidden_from(actor.user)
    if acts_as_adviser(actor):
        return seen
    chosen = dict(MessagingSettings.objects.filter(user__in=seen).values_list("user", "who_may_write"))
    return {each for each in seen if _takes_from(actor, chosen.get(each, WhoMayWrite.MEMBERS_AND_MISSIONS), each)}


def why_not_begin(actor: Viewer) -> Refusal | None:
    """What stops somebody from beginning anything new with anybody."""
    if not acts_as_member(actor) or actor.user is None:
        return NOT_A_MEMBER
    if not MessagingSettings.objects.filter(user=actor.user, norms_agreed_at__isnull=False).exists():
        return NORMS_FIRST
    until = WritingLimit.objects.end_for(actor.user)
    return None if until is None else replace(LIMITED, words=str(LIMITED.words) % {"day": day_in_words(until)})


def day_in_words(moment: datetime) -> str:
    """The day as the reader writes days, by their own clock."""
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def can_begin(actor: Viewer) -> bool:
    return why_not_begin(actor) is None


def first_contacts_a_day(actor: Viewer) -> int:
    """How many people this actor may turn to for the first time in a day. Who runs the site without a role acts for Norec."""
    role = actor.capacity.role if actor.capacity is not None else Role.ADVISER if actor.is_norec else Role.PARTICIPANT
    return FIRST_CONTACTS_A_DAY[role]


def are_talking(first: int, second: int) -> bool:
    """Whether two accounts have a conversation in which both may write."""
    return _talks([direct_key(first, second)]).exists()


def _talks(direct_keys: Iterable[str]) -> QuerySet[Conversation]:
    not_yet = [status for status in RequestStatus.values if status != RequestStatus.ACCEPTED]
    return Conversation.objects.filter(direct_key__in=list(direct_keys)).exclude(request__status__in=not_yet)


def has_asked(sender: int, recipient: int) -> bool:
    """Whether somebody has turned to an account, whatever that made of it, and has not taken it back."""
    asked = Conversation.objects.filter(direct_key=direct_key(sender, recipient), request__sender=sender)
    return asked.exclude(request__status=RequestStatus.WITHDRAWN).exists()


def _takes_from(actor: Viewer, chosen: str, user_id: int) -> bool:
    if chosen == WhoMayWrite.NOBODY:
        return False
    if actor.audience == Audience.MEMBERS and chosen in (WhoMayWrite.MEMBERS, WhoMayWrite.MEMBERS_AND_MISSIONS):
        return True
    if actor.audience == Audience.MISSIONS and chosen == WhoMayWrite.MEMBERS_AND_MISSIONS:
        return True
    # Partners, editors, and missions where only members are welcome.
    return actor.capacity is not None and have_common_ground(actor, user_id)


def _is_member(profile: Profile) -> bool:
    return profile.user is not None and profile.user.is_member


def _is_blocked(actor: Viewer, profile: Profile) -> bool:
    """A block is between two people. Acting for Norec one sees everybody, and still does not write past it."""
    return actor.user is not None and Block.objects.between(actor.user.pk, profile.user_id).exists()


def _standing(actor: Viewer, conversation: Conversation) -> Standing | None:
    return standing_of(actor.user.pk, conversation) if actor.user is not None else None


def participates(user_id: int, conversation: Conversation) -> bool:
    return Participation.objects.present().filter(user=user_id, conversation=conversation).exists()
