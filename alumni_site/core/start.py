"""What must be true before a process may start. A server runs no system checks by itself, so they are run here."""

from collections.abc import Callable

from django.conf import settings
from django.core import checks

from alumni_site.core.alone import NotAlone, claim_data_dir


class StartRefused(Exception):
    """Starting would be unsafe, or would lose data. The message says what and what to do."""


_TWO_WAYS = (
    "Run everything in one process with manage.py serve, or set PROCESSES to how many there are, "
    "with manage.py worker and manage.py drain_index among them."
)

# Reasons not to start that only the database knows. Each returns words, or nothing when all is well.
_refusals: list[Callable[[], str | None]] = []


def register_start_refusal(reason: Callable[[], str | None]) -> None:
    """Declare something that production must not start with."""
    _refusals.append(reason)


_is_embedded = False


def prepare_embedded_start() -> None:
    """Before `manage.py serve`: everything in this one process, so no other may be at the same data.

    Raises StartRefused.
    """
    global _is_embedded
    refuse_unsafe_start()
    try:
        claim_data_dir(settings.DATA_DIR)
    except NotAlone as error:
        raise StartRefused(str(error)) from error
    _is_embedded = True


def prepare_server_start() -> None:
    """Before asgi.py or wsgi.py serve under another server, in production: then there is no background work in the process.

    Raises StartRefused.
    """
    if not settings.IS_PRODUCTION or _is_embedded:
        return
    if settings.PROCESSES == 1:
        raise StartRefused(f"This server would do no background work. {_TWO_WAYS}")
    refuse_unsafe_start()


def prepare_service_start() -> None:
    """Before a process that does background work and nothing else.

    Raises StartRefused.
    """
    if settings.PROCESSES == 1:
        raise StartRefused(f"PROCESSES is 1. {_TWO_WAYS}")
    refuse_unsafe_start()


def refuse_unsafe_start() -> None:
    """In production, raise StartRefused for every error of the system checks and every registered reason."""
    if not settings.IS_PRODUCTION:
        return
    errors = [message for message in checks.run_checks(include_deployment_checks=True) if message.is_serious()]
    reasons = [f"{error.msg} ({error.id})" for error in errors]
    # The others ask the database, which is pointless when it is the wrong one.
    reasons = reasons or [reason for refusal in _refusals if (reason := refusal())]
    if reasons:
        raise StartRefused("The network does not start:\n" + "\n".join(f"- {reason}" for reason in reasons))
