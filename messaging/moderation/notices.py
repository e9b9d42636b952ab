"""What both sides of a report are told. The person reported never learns who it was."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.models import Decision
from notifications.kinds import MailPace, Notice, NotificationKind, register_kind

REPORT_DECIDED = "messaging.report_decided"
WARNING = "messaging.warning"

_TO_REPORTER: dict[str, str | Promise] = {
    Decision.DISMISS: _("Norec has looked at what you reported, and found no breach of the norms."),
    "": _("Norec is looking once more at what you reported."),
}
_ACTED = _("Norec has acted on what you reported. Thank you for telling us.")
_TO_REPORTED: dict[str, str | Promise] = {
    Decision.WARN: _("Norec has given you a warning about how you write to others."),
    Decision.REMOVE: _("Norec has removed a message of yours."),
    Decision.LIMIT: _("Norec has limited whom you may write to for a time."),
    Decision.SUSPEND: _("Norec has suspended your account."),
    "lifted": _("Norec has lifted the limit on whom you may write to."),
}


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


def _to_reporter(data: Mapping[str, Any]) -> Notice:
    return Notice(str(_TO_REPORTER.get(data["decision"], _ACTED)), reverse("my_report", args=[data["report"]]))


def _to_reported(data: Mapping[str, Any]) -> Notice:
    url = reverse("my_warning", args=[data["report"]]) if data["decision"] != "lifted" else reverse("messaging_norms")
    return Notice(str(_TO_REPORTED[data["decision"]]), url)


def _is_mailed(user_id: int, data: Mapping[str, Any]) -> bool:
    """Who is suspended gets a mail about that anyway, with the words."""
    return bool(data["decision"] != Decision.SUSPEND)
