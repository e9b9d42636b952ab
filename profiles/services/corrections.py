"""Members ask Norec to correct a fact; advisers answer, with words."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from notifications.services import notify
from privacy.services import record
from profiles.models import CorrectionRequest, Exchange, Profile
from profiles.models.exchanges import CorrectionStatus
from profiles.notices import CORRECTION_ANSWERED
from profiles.policies import can_ask_for_correction, can_correct_facts
from profiles.tasks import mail_correction_answer
from profiles.viewers import Viewer

MOST_OPEN_REQUESTS = 10
LONGEST_TEXT: int = CorrectionRequest._meta.get_field("text").max_length  # type: ignore[assignment,union-attr]

# Which answer may follow which status. Only advisers answer.
MOVES: dict[CorrectionStatus, frozenset[CorrectionStatus]] = {
    CorrectionStatus.OPEN: frozenset({CorrectionStatus.DONE, CorrectionStatus.DECLINED}),
    # An answer given by mistake can be given anew.
    CorrectionStatus.DONE: frozenset(),
    CorrectionStatus.DECLINED: frozenset({CorrectionStatus.DONE}),
}


@transaction.atomic
def ask_for_correction(*, actor: Viewer, profile: Profile, exchange: Exchange | None, text: str) -> CorrectionRequest:
    """Ask Norec to correct an exchange, or with None a fact about the person.

    Raises `NotAllowed`, `Invalid` without words or with more than `LONGEST_TEXT` signs, and `Conflict` when too many of
    the member's requests wait or the very same one does.
    """
    if not can_ask_for_correction(actor, profile, exchange):
        raise NotAllowed(_("You can only ask for corrections of what Norec knows about you."))
    text = text.strip()
    if not text:
        raise Invalid(_("Write what is wrong, and what is right."), code="text_missing")
    if len(text) > LONGEST_TEXT:
        raise Invalid(_("Write at most %(count)s signs.") % {"count": LONGEST_TEXT}, code="text_too_long")
    waiting = profile.correction_requests.filter(status=CorrectionStatus.OPEN)
    if waiting.filter(exchange=exchange, text=text).exists():
        raise Conflict(_("You have asked for this already. Norec has not answered yet."), code="asked_already")
    if waiting.count() >= MOST_OPEN_REQUESTS:
        raise Conflict(_("Norec has not answered what you asked before. Ask for more when it has."), code="too_many")
    return CorrectionRequest.objects.create(profile=profile, exchange=exchange, text=text)


@transaction.atomic
def withdraw_correction(*, actor: Viewer, correction: CorrectionRequest) -> None:
    """Take back a request that Norec has not answered. Raises `NotAllowed` and `Conflict`."""
    if not can_ask_for_correction(actor, correction.profile):
        raise NotAllowed(_("You can only take back what you asked yourself."))
    locked = CorrectionRequest.objects.select_for_update().get(pk=correction.pk)
    if locked.status != CorrectionStatus.OPEN:
        raise Conflict(_("Norec has answered this already."))
    locked.delete()


@transaction.atomic
def answer_correction(*, actor: Viewer, correction: CorrectionRequest, status: CorrectionStatus, answer: str) -> None:
    """Tell the member that the fact is corrected, or why it stays. The fact itself is changed by `services.facts`.

    Raises `NotAllowed`, `Conflict` when somebody has answered meanwhile, and `Invalid` when it stays and no words say why.
    """
    if not can_correct_facts(actor):
        raise NotAllowed(_("Only network advisers answer these."))
    locked = CorrectionRequest.objects.select_for_update().select_related(None).get(pk=correction.pk)
    if status not in MOVES[CorrectionStatus(locked.status)]:
        raise Conflict(_("Somebody has answered this meanwhile."))
    if status == CorrectionStatus.DECLINED and not answer.strip():
        raise Invalid(_("Say why it stays as it is. The member reads your words."), code="answer_missing")
    locked.status, locked.answer = status, answer.strip()
    locked.decided_by, locked.decided_at = actor.user, timezone.now()
    locked.save(update_fields=["status", "answer", "decided_by", "decided_at", "updated_at"])
    record(actor=actor.user, action="profiles.correction_answered", thing=locked, details={"status": str(status)})
    owner = locked.profile.user
    if owner is not None:
        notify(recipient=owner, kind=CORRECTION_ANSWERED, data={"status": str(status)})
        mail_correction_answer.enqueue(correction_id=locked.pk)
