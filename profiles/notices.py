"""What this app tells members: that Norec has answered a correction, decided about a word they proposed, or has them on file."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from notifications.kinds import MailPace, Notice, NotificationKind, register_kind
from profiles.models.exchanges import CorrectionStatus
from profiles.models.vocabulary import TermStatus

CORRECTION_ANSWERED = "profiles.correction_answered"
PROPOSAL_DECIDED = "profiles.proposal_decided"
RECORD_JOINED = "profiles.record_joined"


def _correction(data: Mapping[str, Any]) -> Notice:
    done = data["status"] == CorrectionStatus.DONE
    text = (
        gettext("Norec has corrected what you asked for.") if done else gettext("Norec has answered what you asked to correct.")
    )
    return Notice(text, reverse("my_corrections"))


def _proposal(data: Mapping[str, Any]) -> Notice:
    # The word is the recipient's own.
    word = {"word": data["word"]}
    if data["status"] == TermStatus.IN_USE:
        text = gettext("Norec has taken up the skill you proposed: %(word)s. Others can find you by it.") % word
    elif data["status"] == TermStatus.MERGED:
        text = gettext("The skill you proposed, %(word)s, was in the list under another name. You have that one now.") % word
    else:
        text = gettext("Norec has answered about the skill you proposed: %(word)s.") % word
    return Notice(text, reverse("edit_section", args=["skills"]))


def _proposal_outside(data: Mapping[str, Any], count: int) -> Notice:
    """Without the word, and without what was decided: that is for the page."""
    return Notice(gettext("Norec has answered about a skill you proposed."), reverse("edit_section", args=["skills"]))


def _record(data: Mapping[str, Any]) -> Notice:
    text = gettext("Norec has you on file under your address. Your exchanges are on your profile now: choose who sees them.")
    if data["role_waits"]:
        text = " ".join([text, gettext("Norec still answers about the role you asked for.")])
    return Notice(text, reverse("visibility"))


def register() -> None:
    """Called when the app is ready."""
    register_kind(
        NotificationKind(
            CORRECTION_ANSWERED,
            gettext_lazy("Answers about corrections"),
            _correction,
            icon="PencilWriting",
            # Norec's answer itself goes out as a mail of its own: see profiles/tasks.py.
            mail=MailPace.NEVER,
        )
    )
    register_kind(
        NotificationKind(
            PROPOSAL_DECIDED, gettext_lazy("Answers about skills you proposed"), _proposal, icon="Star", outside=_proposal_outside
        )
    )
    register_kind(
        NotificationKind(
            RECORD_JOINED,
            gettext_lazy("That Norec has you on file"),
            _record,
            icon="SealCheckmarkFill",
            mail=MailPace.AT_ONCE,
            may_be_turned_off=False,
        )
    )
