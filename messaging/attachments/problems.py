"""Why a file is not taken. The code stands in the database; the words are made when they are shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_PIXELS = 40_000_000

WORDS: dict[str, str | Promise] = {
    "empty": _("There is nothing in the file."),
    "too_large": _("The file is larger than 10 MB. Make it smaller, or send a link."),
    "not_taken": _("We do not take this kind of file. You can send pictures, PDF, documents, text and sound."),
    "mislabelled": _("The file is something else than its name says. Save it again under the right name."),
    "damaged": _("The file is damaged: we could not read all of it. Save it again and try once more."),
    "animated": _("The picture moves. Choose one that stands still."),
    "too_many_pixels": _("The picture has more than 40 million pixels. Make it smaller, or choose another."),
    "heic": _("We cannot read pictures in Apple’s own format. Save it as JPEG and try once more."),
    "video": _("We do not take films. You can send sound, or a link."),
    "old_office": _("The document is in an old format, or locked with a password. Save it anew as .docx, .xlsx, .pptx or PDF."),
    "macros": _("There are small programs (macros) in the document. Save it without them, or as PDF."),
    "bomb": _("The document unpacks to far more than it should. Save it anew, or as PDF."),
    "two_in_one": _("The file is two files in one. Send each by itself."),
    "virus": _("We found a virus in the file, and have deleted it. Check your own machine, too."),
    "failed": _("We could not read the file. Save it again, or choose another."),
}


class Refused(Exception):
    """The file is not taken. `code` is one of `WORDS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def problem_in_words(code: str) -> str:
    """What to say about a refused file, in the language of the moment."""
    return str(WORDS.get(code, WORDS["failed"]))
