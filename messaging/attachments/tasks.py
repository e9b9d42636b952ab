"""Background work of files. Safe to run twice."""

from django_tasks import task

from alumni_site.core.retries import retried


@task()
@retried(attempts=6)
def check_file(attachment_id: int) -> None:
    """Ask the virus scanner, and find out what a file is. Raises while the scanner does not answer, to be run again; after
    that the schedule goes on asking."""
    from messaging.attachments.scanning import ScannerUnreachable
    from messaging.attachments.services import finish_check

    if not finish_check(attachment_id):
        raise ScannerUnreachable
