"""Background work of accounts. Enqueued in the transaction of what it tells about; at least once, so a mail may come twice."""

import structlog
from django_tasks import task

from alumni_site.core.retries import retried

logger = structlog.get_logger(__name__)


@task()
@retried()
def mail_answer(application_id: int) -> None:
    """Mail an applicant what staff decided. Nothing when the decision has been undone or the account is gone."""
    from profiles.accounts.mails import send_to_account
    from profiles.models import Application

    application = Application.objects.select_related("user").filter(pk=application_id).first()
    if application is None or application.accepted is None:
        logger.info("answer_not_mailed", application_id=application_id)
        return
    about = "role" if application.is_for_role_only else "application"
    template = f"account/{about}_{'accepted' if application.accepted else 'declined'}"
    send_to_account(user=application.user, template=template, context={"name": application.name, "answer": application.answer})


@task()
@retried()
def mail_standing(user_id: int, status: str) -> None:
    """Mail somebody that their account is suspended or open again. Nothing when that has changed since."""
    from profiles.accounts.mails import send_to_account
    from profiles.models import User
    from profiles.models.accounts import AccountStatus

    user = User.objects.filter(pk=user_id, status=status).first()
    if user is None:
        logger.info("standing_not_mailed", user_id=user_id)
        return
    template = "account/suspended" if status == AccountStatus.SUSPENDED else "account/reinstated"
    send_to_account(user=user, template=template, context={"words": user.standing_note})
