"""What a person chooses for themselves: how far they have read, what is muted, put away or kept on top, drafts, settings."""

from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from messaging import policies
from messaging.models import Conversation, ConversationKind, MessagingSettings, Participation, WhoMayWrite
from messaging.models.messages import LONGEST_BODY
from messaging.notices import forget_messages
from messaging.reading.inboxes import unread_total
from messaging.searching import without_control_characters
from messaging.services.sending import acting
from messaging.standing import Standing, standing_of
from messaging.telling import tell_person_about, tell_read
from profiles.viewers import Viewer

FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)


def mark_read(*, actor: Viewer, conversation: Conversation, seq: int) -> bool:
    """Note how far a person has read; it never goes back. False when nothing is new. Raises `NotAllowed`."""
    user = acting(actor)
    standing = _standing(actor, conversation)
    seq = min(seq, standing.last_seq)
    with transaction.atomic():
        read = Participation.objects.filter(pk=standing.participation_id, read_seq__lt=seq)
        if not read.update(read_seq=seq, read_at=timezone.now()):
            return False
        forget_messages(user, conversation)
        # Before a request is accepted its sender is told nothing of what the recipient does with it. In a group nobody is told:
        # it would be about somebody in particular.
        is_shown = standing.kind == ConversationKind.DIRECT and standing.shows_read_state and standing.is_talking
        tell_read(conversation.uuid, user, seq, is_shown=is_shown, unread_total=unread_total(actor))
    return True


def mute(*, actor: Viewer, conversation: Conversation, until: datetime | None) -> None:
    """No notices until then; `FOR_EVER` for good, None to hear of it again. Raises `NotAllowed`."""
    _choose(actor, conversation, muted_until=until)


def archive(*, actor: Viewer, conversation: Conversation, is_on: bool) -> None:
    """Put a conversation away. The next message brings it back, unless it is muted. Raises `NotAllowed`."""
    standing = _standing(actor, conversation)
    if is_on:
        _choose(actor, conversation, archived_at=timezone.now(), archived_seq=standing.last_seq, pinned_at=None)
    else:
        _choose(actor, conversation, archived_at=None, archived_seq=0)


def pin(*, actor: Viewer, conversation: Conversation, is_on: bool) -> None:
    """Keep a conversation on top of the list, five at most. Raises `NotAllowed` and `Conflict` (too_many_pinned)."""
    user = acting(actor)
    with transaction.atomic():
        own = Participation.objects.select_for_update().present().filter(user=user)
        pinned = [row for row in own.filter(pinned_at__isnull=False) if row.conversation_id != conversation.pk]
        if is_on and len(pinned) >= policies.MOST_PINNED:
            raise Conflict(_("You can keep five conversations on top. Take one down first."), code="too_many_pinned")
        _choose(actor, conversation, pinned_at=timezone.now() if is_on else None)


def save_draft(*, actor: Viewer, conversation: Conversation, text: str) -> None:
    """Keep what somebody has begun to write, for all their devices. Raises `NotAllowed` and `Invalid`."""
    draft = without_control_characters(text)
    if len(draft) > LONGEST_BODY:
        raise Invalid(_("A message can have 10 000 characters. Write a shorter one, or two."), code="too_long")
    standing = _standing(actor, conversation)
    Participation.objects.filter(pk=standing.participation_id).update(
        draft=draft, draft_saved_at=timezone.now() if draft else None
    )


def save_settings(*, actor: Viewer, who_may_write: str, shows_read_state: bool) -> MessagingSettings:
    """Choose who may write to one, and whether others see how far one has read. Raises `NotAllowed` and `Invalid`."""
    user = acting(actor)
    if who_may_write not in WhoMayWrite.values:
        raise Invalid(_("Choose one of the answers."), code="unknown_choice")
    chosen = {"who_may_write": who_may_write, "shows_read_state": shows_read_state}
    return MessagingSettings.objects.update_or_create(user=user, defaults=chosen)[0]


def agree_to_norms(*, actor: Viewer) -> MessagingSettings:
    """Note that somebody has read how people talk here. Doing it twice keeps the first time. Raises `NotAllowed`."""
    settings, _is_new = MessagingSettings.objects.get_or_create(user=acting(actor))
    MessagingSettings.objects.filter(pk=settings.pk, norms_agreed_at=None).update(norms_agreed_at=timezone.now())
    settings.refresh_from_db()
    return settings


def _standing(actor: Viewer, conversation: Conversation) -> Standing:
    standing = standing_of(acting(actor).pk, conversation)
    if standing is None or not standing.is_member:
        raise NotAllowed(str(policies.NOT_YOURS.words))
    return standing


def _choose(actor: Viewer, conversation: Conversation, **chosen: datetime | int | None) -> None:
    user = acting(actor)
    with transaction.atomic():
        if not Participation.objects.present().filter(user=user, conversation=conversation).update(**chosen):
            raise NotAllowed(str(policies.NOT_YOURS.words))
        tell_person_about(user.pk, conversation.uuid, "choices")
