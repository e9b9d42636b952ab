"""Who may report, who may decide, and who is told what came of it."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from messaging import policies
from messaging.models import Conversation, Decision, Message, Participation, Report
from profiles.models import RoleGrant, User
from profiles.models.accounts import AccountStatus
from profiles.policies import acts_as_adviser, acts_as_member
from profiles.roles import Role
from profiles.viewers import Viewer

# What the person reported is told about. Of a report that came to nothing they never hear.
TOLD_TO_REPORTED = frozenset({Decision.WARN, Decision.REMOVE, Decision.LIMIT, Decision.SUSPEND})
# A warning and a suspension cannot be unsaid here; an account is opened again on its own page.
CAN_BE_UNDONE = frozenset({Decision.DISMISS, Decision.LIMIT})


def can_report_message(actor: Viewer, message: Message) -> bool:
    return acts_as_member(actor) and policies.can_report(actor, message)


def can_report_conversation(actor: Viewer, conversation: Conversation) -> bool:
    return acts_as_member(actor) and Conversation.objects.reportable_by(actor).filter(pk=conversation.pk).exists()


def can_moderate(actor: Viewer) -> bool:
    """Network advisers, while they act as one."""
    return acts_as_adviser(actor)


def advisers() -> QuerySet[User]:
    """Everybody who may act as one: `can_moderate`, for all accounts at once."""
    active = User.objects.filter(status=AccountStatus.ACTIVE, is_active=True)
    has_role = RoleGrant.objects.filter(user=OuterRef("pk"))
    return active.filter(Exists(has_role.filter(role=Role.ADVISER)) | Q(is_superuser=True) & ~Exists(has_role))


def advisers_for(report: Report) -> QuerySet[User]:
    """Those who may decide about it: they take and took no part in the conversation."""
    return advisers().exclude(pk__in=Participation.objects.filter(conversation=report.conversation_id).values("user"))


def can_decide(actor: Viewer, report: Report) -> bool:
    """An adviser who has no part in it: nobody judges a conversation of their own, or learns who has reported them."""
    return can_moderate(actor) and Report.objects.visible_to(actor).filter(pk=report.pk).exists()


def can_undo(actor: Viewer, report: Report) -> bool:
    return can_decide(actor, report) and report.decision in CAN_BE_UNDONE
