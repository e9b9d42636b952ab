"""Regular work of files."""

from datetime import timedelta

from alumni_site.core.schedule import register_job


def register() -> None:
    """Called when the app is ready."""
    register_job("remove-unsent-files", every=timedelta(hours=1), run=_remove_unsent_files)
    register_job("check-waiting-files", every=timedelta(minutes=1), run=_check_waiting_files)


def _remove_unsent_files() -> object:
    from messaging.attachments.services import remove_unsent_files

    return remove_unsent_files()


def _check_waiting_files() -> object:
    from messaging.attachments.services import check_waiting_files

    return check_waiting_files()
