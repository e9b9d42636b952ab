"""What both sides of a report are told, and advisers: that there is one. The person reported never learns who it was."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from messaging.models import Decision, Participation, Report
from messaging.moderation.policies import advisers, can_moderate
from messaging.policies import day_in_words
from notifications.kinds import MailPace, Notice, NotificationKind, register_kind

REPORT_DECIDED = "messaging.report_decided"
WARNING = "messaging.warning"
REPORT_WAITS = "messaging.report_waits"
# All that wait are one notice until somebody has looked.
ALL_THAT_WAIT = "reports"

_TO_REPORTER: dict[str, str | Promise] = {
    Decision.DISMISS: _("Norec has looked at what you reported, and found no breach of the norms."),
    "": _("Norec is looking once more at what you reported."),
}
_ACTED = _("Norec has acted on what you reported. Thank you for telling us.")
_TO_REPORTED: dict[str, str | Promise] = {
    Decision.WARN: _("Norec has given you a warning about how you write to others."),
    Decision.REMOVE: _("Norec has removed a message of yours."),
    Decision.LIMIT: _("Norec has limited whom you may write to until %(day)s."),
    Decision.SUSPEND: _("Norec has suspended your account."),
    "lifted": _("Norec has lifted its decision to limit whom you may write to."),
}
# As it was told before the day was told with it.
_LIMITED_FOR_A_TIME = _("Norec has limited whom you may write to for a time.")


def register() -> None:
    """Called when the app is ready."""
    register_kind(
        NotificationKind(
            REPORT_DECIDED,
            _("Answers to what you reported"),
            _to_reporter,
            icon="ShieldLock",
            mail=MailPace.AT_ONCE,
            may_be_turned_off=False,
        )
    )
    register_kind(
        NotificationKind(
            WARNING,
            _("Norec’s decisions about how you write"),
            _to_reported,
            icon="ShieldLock",
            mail=MailPace.AT_ONCE,
            may_be_turned_off=False,
            is_still_wanted=_is_mailed,
        )
    )
    register_kind(
        NotificationKind(
            REPORT_WAITS,
            _("Reports from members"),
            _to_advisers,
            icon="ShieldLock",
            mail=MailPace.AT_ONCE,
            group_words=_to_advisers,
            is_still_wanted=_waits_for,
            shown_to=can_moderate,
        )
    )


def _to_reporter(data: Mapping[str, Any]) -> Notice:
    return Notice(str(_TO_REPORTER.get(data["decision"], _ACTED)), reverse("my_report", args=[data["report"]]))


def _to_reported(data: Mapping[str, Any]) -> Notice:
    text = str(_TO_REPORTED[data["decision"]])
    if data["decision"] == Decision.LIMIT:
        until = parse_datetime(data.get("until", ""))
        text = text % {"day": day_in_words(until)} if until is not None else str(_LIMITED_FOR_A_TIME)
    return Notice(text, reverse("my_warning", args=[data["report"]]))


def _is_mailed(user_id: int, data: Mapping[str, Any]) -> bool:
    """Who is suspended gets a mail about that anyway, with the words."""
    return bool(data["decision"] != Decision.SUSPEND)


def _to_advisers(data: Mapping[str, Any], count: int = 1) -> Notice:
    text = ngettext("A member has sent Norec a report.", "Members have sent Norec %(count)s reports.", count)
    return Notice(text % {"count": count}, reverse("staff_reports"))


def _waits_for(user_id: int, data: Mapping[str, Any]) -> bool:
    """Somebody else may have decided about everything meanwhile."""
    own = Participation.objects.filter(user=user_id).values("conversation")
    waiting = Report.objects.undecided().exclude(conversation__in=own)
    return advisers().filter(pk=user_id).exists() and waiting.exists()
