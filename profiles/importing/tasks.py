"""Background work of imports. Each takes an id, may be run twice, and does nothing when the import has moved on."""

import structlog
from django_tasks import task

from alumni_site.core.errors import Conflict
from profiles.importing.forgetting import forget
from profiles.importing.locks import only_import
from profiles.importing.problems import UnusableFile
from profiles.importing.running import check_run, write_run
from profiles.importing.status import move
from profiles.importing.undo import undo_run
from profiles.models import ImportRun
from profiles.models.imports import ImportStatus

logger = structlog.get_logger(__name__)

# Another import ends within seconds; one that does not is told on the page.
_SECONDS_TO_WAIT = 120.0


@task()
def check_import(import_id: int) -> None:
    """Read the file and make the preview."""
    run = _run(import_id, ImportStatus.CHECKING)
    if run is None:
        return
    try:
        check_run(run)
    except Conflict:
        # Put aside while it was checked: what the check has kept since goes, too.
        forget(run)
    except Exception:
        # A file nobody has thought of: the adviser must get an answer, and we the traceback.
        move(run, ImportStatus.UNUSABLE, refusal={"code": "crashed", "details": {}})
        raise


@task()
def write_import(import_id: int) -> None:
    """Write what the preview showed."""
    run = _run(import_id, ImportStatus.IMPORTING)
    if run is None:
        return
    try:
        with only_import(wait=_SECONDS_TO_WAIT):
            write_run(run)
    except UnusableFile as error:
        move(run, ImportStatus.STOPPED, refusal={"code": error.code, "details": error.details})
    except Conflict:
        move(run, ImportStatus.STOPPED, refusal={"code": "busy", "details": {}})
    except Exception:
        move(run, ImportStatus.STOPPED, refusal={"code": "crashed", "details": {}})
        raise


@task()
def undo_import(import_id: int) -> None:
    """Take back what was written. When it is cut off, it can be carried on from the page."""
    run = _run(import_id, ImportStatus.UNDOING)
    if run is not None:
        with only_import(wait=_SECONDS_TO_WAIT):
            undo_run(run)


def _run(import_id: int, status: ImportStatus) -> ImportRun | None:
    run = ImportRun.objects.filter(pk=import_id, status=status).first()
    if run is None:
        logger.info("import_moved_on", import_id=import_id)
    return run
