"""Files that come with a plain form, from a page without scripts: through the same services as those that come in pieces."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from alumni_site.core.errors import Invalid
from messaging.attachments.problems import problem_in_words
from messaging.attachments.reading import unsent
from messaging.attachments.services import cancel_upload, upload_whole
from messaging.models import Attachment, Conversation
from messaging.models.attachments import LARGEST_FILE, MOST_FILES
from profiles.viewers import Viewer


class FilesRefused(Invalid):
    """Some of the files were not taken. `problems` says of each why, in words."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems), code="file_refused")
        self.problems = list(problems)


def take_files(*, actor: Viewer, conversation: Conversation, files: Sequence[UploadedFile]) -> tuple[list[Attachment], list[str]]:
    """Take at most as many of these as a message can have. Returns what was taken, and why the rest was not.

    Raises `NotAllowed` when the actor may not send files there.
    """
    problems = []
    if len(files) > MOST_FILES:
        problems.append(_("A message can have %(most)s files. Remove some.") % {"most": MOST_FILES})
    taken = []
    for file in files[:MOST_FILES]:
        try:
            taken.append(_take(actor, conversation, file))
        except Invalid as problem:
            problems.append(f"{file.name}: {problem.message}")
    return taken, problems


def _take(actor: Viewer, conversation: Conversation, file: UploadedFile) -> Attachment:
    if (file.size or 0) > LARGEST_FILE:
        raise Invalid(problem_in_words("too_large"), code="too_large")
    attachment = upload_whole(actor=actor, conversation=conversation, name=file.name or "", content=file.read())
    if words := unsent(attachment).problem:
        cancel_upload(actor=actor, attachment=attachment)
        raise Invalid(words, code=attachment.problem)
    return attachment
