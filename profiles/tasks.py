"""Background work about profiles. Enqueued in the transaction of what it tells about; at least once, so a mail may come twice."""

import structlog
from django_tasks import task

from alumni_site.core.retries import retried

logger = structlog.get_logger(__name__)


@task()
@retried()
def mail_correction_answer(correction_id: int) -> None:
    """Mail a member what Norec answered. Nothing when the request or the account is gone, or there is no answer."""
    from profiles.accounts.mails import send_to_account
    from profiles.models import CorrectionRequest
    from profiles.models.exchanges import CorrectionStatus

    correction = CorrectionRequest.objects.select_related("profile__user").filter(pk=correction_id).first()
    if correction is None or correction.profile.user is None or correction.status == CorrectionStatus.OPEN:
        logger.info("correction_not_mailed", correction_id=correction_id)
        return
    corrected = correction.status == CorrectionStatus.DONE
    context = {"text": correction.text, "answer": correction.answer, "corrected": corrected}
    send_to_account(user=correction.profile.user, template="profiles/correction_answered", context=context)
