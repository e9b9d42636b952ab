"""Who may add files to a conversation, and who may read them."""

from messaging import policies
from messaging.models import Conversation, Report
from profiles.policies import acts_as_adviser
from profiles.viewers import Viewer


def can_attach(actor: Viewer, conversation: Conversation) -> bool:
    """Whoever may write in it now. A message request is one text: until it is accepted nobody may."""
    return policies.can_send(actor, conversation)


def can_open_reported_file(actor: Viewer, report: Report) -> bool:
    """An adviser who has a report to decide about, while it is undecided: the files of the reported message, no others."""
    return acts_as_adviser(actor) and not report.decision
