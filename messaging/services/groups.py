"""Groups: named, run by one of those who take part, and joined by invitation."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from messaging import policies
from messaging.models import Conversation, ConversationKind, GroupInvitation, InvitationStatus, MessagingSettings, Participation
from messaging.models.conversations import LONGEST_NAME
from messaging.moves import INVITATION_MOVES, Side, is_allowed
from messaging.notices import forget_invitation, tell_of_invitation
from messaging.searching import cleaned
from messaging.services.numbering import note_event
from messaging.services.requests import TOO_MANY, first_contacts_today
from messaging.services.sending import acting, refuse
from messaging.telling import tell_about, tell_person_about, tell_sent
from profiles.models import Profile, User
from profiles.viewers import Viewer

TOO_MANY_PEOPLE = policies.Refusal(
    "too_many_people", gettext_lazy("A group can have 50 people, those who are invited among them.")
)
NOT_INVITED = policies.Refusal("not_allowed", gettext_lazy("You cannot invite this person."))


def create_group(*, actor: Viewer, name: str, invited: Sequence[Profile] = ()) -> Conversation:
    """Open a group that the actor runs, and invite people to it. Raises `NotAllowed`, `Conflict` (too_many_people,
    too_many_requests) and `Invalid` (empty, too_long)."""
    user = acting(actor)
    if (refusal := policies.why_not_begin(actor)) is not None:
        raise refuse(refusal)
    with transaction.atomic():
        conversation = Conversation.objects.create(kind=ConversationKind.GROUP, name=checked_name(name))
        Participation.objects.create(conversation=conversation, user=user, is_owner=True)
        if invited:
            _invite(actor, user, conversation, invited)
        tell_person_about(user.pk, conversation.uuid, "opened")
    return conversation


def rename_group(*, actor: Viewer, conversation: Conversation, name: str) -> Conversation:
    """Give the group another name. Raises `NotAllowed` and `Invalid` (empty, too_long)."""
    user = acting(actor)
    with transaction.atomic():
        locked = _locked_group(actor, conversation)
        new_name = checked_name(name)
        if new_name != locked.name:
            locked.name = new_name
            locked.save(update_fields=["name", "updated_at"])
            _note(actor, locked, "renamed", user)
            tell_about(locked.uuid, "renamed")
    return locked


def invite(*, actor: Viewer, conversation: Conversation, profile: Profile) -> GroupInvitation | None:
    """Ask somebody to join. None when they take part, or are asked, already. Raises `NotAllowed` and `Conflict`."""
    user = acting(actor)
    with transaction.atomic():
        asked = _invite(actor, user, _locked_group(actor, conversation), [profile])
    return asked[0] if asked else None


def answer_invitation(*, actor: Viewer, invitation: GroupInvitation, is_yes: bool) -> GroupInvitation:
    """Join the group, or say no. Who joins reads what is written from then on. Raises `NotAllowed` and `Conflict`."""
    user = acting(actor)
    move = "join" if is_yes else "decline"
    with transaction.atomic():
        locked = _moved(invitation, move, user)
        if is_yes and locked.is_new:
            _join(actor, locked.invitation.conversation, user)
        elif locked.is_new:
            tell_person_about(user.pk, locked.invitation.conversation.uuid, "removed")
    return locked.invitation


def withdraw_invitation(*, actor: Viewer, invitation: GroupInvitation) -> GroupInvitation:
    """Take an invitation back. Raises `NotAllowed` and `Conflict`."""
    user = acting(actor)
    with transaction.atomic():
        _locked_group(actor, invitation.conversation)
        locked = _moved(invitation, "withdraw", user)
        tell_person_about(locked.invitation.invited_id, locked.invitation.conversation.uuid, "removed")
    return locked.invitation


def leave(*, actor: Viewer, conversation: Conversation) -> None:
    """Leave a group. When its owner does, the one who has been there longest runs it; the last one closes it.

    Raises `NotAllowed`.
    """
    user = acting(actor)
    with transaction.atomic():
        locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
        if not policies.can_leave(actor, locked):
            raise NotAllowed(str(policies.NOT_YOURS.words))
        _take_out(actor, locked, user, "left")


def remove_participant(*, actor: Viewer, conversation: Conversation, user: User) -> None:
    """Take somebody out of the group. Raises `NotAllowed`."""
    acting(actor)
    with transaction.atomic():
        locked = _locked_group(actor, conversation)
        if user.pk == getattr(actor.user, "pk", None) or not policies.participates(user.pk, locked):
            raise NotAllowed(_("This person does not take part in the group."))
        _take_out(actor, locked, user, "removed")


def hand_over(*, actor: Viewer, conversation: Conversation, user: User) -> None:
    """Let somebody else who takes part run the group. Raises `NotAllowed`."""
    acting(actor)
    with transaction.atomic():
        locked = _locked_group(actor, conversation)
        if not policies.participates(user.pk, locked) or not user.is_member:
            raise NotAllowed(_("This person does not take part in the group."))
        _make_owner(actor, locked, user)


def pass_on_groups_of(user: User) -> None:
    """Have others run the groups of an account that cannot any more, suspended or about to be removed: else nobody could invite,
    rename or take out. It goes to who has been there longest; a group with nobody who can sign in stays as it is."""
    owned = Participation.objects.present().filter(user=user, is_owner=True, conversation__kind=ConversationKind.GROUP)
    for conversation_id in owned.values_list("conversation", flat=True):
        with transaction.atomic():
            locked = Conversation.objects.select_for_update().get(pk=conversation_id)
            heir = _next_owner(locked, but=user)
            if heir is not None and heir.is_member:
                _make_owner(Viewer(), locked, heir)


def checked_name(name: str) -> str:
    """The name of a group as it is kept: one line. Raises `Invalid`."""
    text = " ".join(cleaned(name).split())
    if not text:
        raise Invalid(_("Give the group a name."), code="empty")
    if len(text) > LONGEST_NAME:
        raise Invalid(_("The name of a group can have 80 characters."), code="too_long")
    return text


class _Moved:
    """An invitation, and whether it was moved now rather than before."""

    def __init__(self, invitation: GroupInvitation, is_new: bool) -> None:
        self.invitation = invitation
        self.is_new = is_new


def _locked_group(actor: Viewer, conversation: Conversation) -> Conversation:
    """The group, held until the end of the transaction: who takes part in it is decided by one at a time."""
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if not policies.can_run_group(actor, locked):
        raise NotAllowed(_("Only the one who runs the group can do this."))
    return locked


def _invite(actor: Viewer, user: User, conversation: Conversation, profiles: Sequence[Profile]) -> list[GroupInvitation]:
    present = set(Participation.objects.present().filter(conversation=conversation).values_list("user", flat=True))
    waiting = GroupInvitation.objects.filter(conversation=conversation, status=InvitationStatus.WAITING)
    asked = set(waiting.values_list("invited", flat=True))
    new = list({profile.user_id: profile for profile in profiles if profile.user_id not in present | asked}.values())
    if len(present) + len(asked) + len(new) > policies.MOST_PEOPLE:
        raise refuse(TOO_MANY_PEOPLE)
    may_be_asked = policies.whom_one_may_invite(actor, new) - _who_said_no(conversation)
    people = [profile.user for profile in new if profile.user is not None and profile.user_id in may_be_asked]
    if len(people) < len(new):
        raise refuse(policies.why_not_begin(actor) or NOT_INVITED)
    invitations = GroupInvitation.objects.bulk_create(
        GroupInvitation(conversation=conversation, invited=person, invited_by=user) for person in people
    )
    # Held until the end of the transaction, as for requests: people one does not talk with count alike.
    list(MessagingSettings.objects.select_for_update().filter(user=user))
    if first_contacts_today(user) > policies.first_contacts_a_day(actor):
        raise refuse(TOO_MANY)
    for person in people:
        tell_person_about(person.pk, conversation.uuid, "request")
    tell_of_invitation(conversation, people)
    return invitations


def _who_said_no(conversation: Conversation) -> set[int]:
    """Those who have said no to this group not long ago are left in peace."""
    since: timedelta = policies.TIME_BEFORE_ASKING_AGAIN
    declined = GroupInvitation.objects.filter(conversation=conversation, status=InvitationStatus.DECLINED)
    return set(declined.filter(answered_at__gt=timezone.now() - since).values_list("invited", flat=True))


def _moved(invitation: GroupInvitation, move: str, user: User) -> _Moved:
    found = GroupInvitation.objects.select_for_update(of=("self",)).select_related("conversation")
    locked = found.get(pk=invitation.pk)
    by = Side.RECIPIENT if locked.invited_id == user.pk else Side.SENDER
    table = INVITATION_MOVES[move]
    if by != table.by:
        raise NotAllowed(str(policies.NOT_YOURS.words))
    if locked.status == table.after:
        return _Moved(locked, is_new=False)
    if not is_allowed(table, by=by, status=locked.status):
        raise Conflict(_("This invitation has been answered meanwhile."))
    locked.status, locked.answered_at = table.after, timezone.now()
    locked.save(update_fields=["status", "answered_at", "updated_at"])
    forget_invitation(locked)
    return _Moved(locked, is_new=True)


def _join(actor: Viewer, conversation: Conversation, user: User) -> None:
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if locked.closed_at is not None:
        raise refuse(policies.CLOSED)
    take_in(locked, user)
    _note(actor, locked, "joined", user)


def take_in(conversation: Conversation, user: User) -> None:
    """Let somebody take part from now on: what was written before is not theirs to read, also when they come back."""
    now = {"joined_seq": conversation.last_seq, "read_seq": conversation.last_seq, "noticed_seq": conversation.last_seq}
    try:
        with transaction.atomic():
            Participation.objects.create(conversation=conversation, user=user, **now)
    except IntegrityError:
        Participation.objects.filter(conversation=conversation, user=user, left_at__isnull=False).update(
            left_at=None, joined_at=timezone.now(), archived_at=None, pinned_at=None, muted_until=None, draft="", **now
        )
    tell_person_about(user.pk, conversation.uuid, "opened")


def take_out(conversation: Conversation, user: User) -> None:
    """From now on this person does not take part. Their messages stay, with their name."""
    own = Participation.objects.present().filter(conversation=conversation, user=user)
    own.update(left_at=timezone.now(), is_owner=False, draft="")
    tell_person_about(user.pk, conversation.uuid, "removed")


def _take_out(actor: Viewer, conversation: Conversation, user: User, event: str) -> None:
    was_owner = Participation.objects.filter(conversation=conversation, user=user, is_owner=True).exists()
    take_out(conversation, user)
    _note(actor, conversation, event, user)
    heir = _next_owner(conversation)
    if heir is None:
        close(conversation)
    elif was_owner:
        _make_owner(actor, conversation, heir)


def _next_owner(conversation: Conversation, but: User | None = None) -> User | None:
    """Who has been there longest, of those who can sign in."""
    present = Participation.objects.present().filter(conversation=conversation).exclude(user=but).select_related("user")
    rows = list(present.order_by("joined_at", "pk"))
    return next((row.user for row in rows if row.user.is_member), rows[0].user if rows else None)


def _make_owner(actor: Viewer, conversation: Conversation, user: User) -> None:
    rows = Participation.objects.filter(conversation=conversation)
    rows.filter(is_owner=True).exclude(user=user).update(is_owner=False)
    rows.filter(user=user).update(is_owner=True)
    _note(actor, conversation, "new_owner", user)


def close(conversation: Conversation) -> None:
    """Nobody writes any more; invitations that wait are taken back."""
    Conversation.objects.filter(pk=conversation.pk, closed_at=None).update(closed_at=timezone.now())
    waiting = GroupInvitation.objects.filter(conversation=conversation, status=InvitationStatus.WAITING)
    for invitation in waiting.select_related("conversation", "invited"):
        invitation.status, invitation.answered_at = InvitationStatus.WITHDRAWN, timezone.now()
        invitation.save(update_fields=["status", "answered_at", "updated_at"])
        forget_invitation(invitation)
    tell_about(conversation.uuid, "closed")


def _note(actor: Viewer, conversation: Conversation, event: str, about: User) -> None:
    message = note_event(conversation, event, about)
    # Who did it need not be told of it.
    own = Participation.objects.present().filter(conversation=conversation, user=actor.user, read_seq=message.seq - 1)
    own.update(read_seq=message.seq, read_at=timezone.now())
    tell_sent(actor, message)
    tell_about(conversation.uuid, "people")
