"""`manage.py check_translations`: every text of the network is there in nynorsk and bokmål."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

WRITTEN_LANGUAGES = ("nn", "nb")
_SOURCES = ("*.py", "*.html", "*.txt")

Key = tuple[str, str]


class Command(BaseCommand):
    help = "Compare the texts in the code with locale/: none may be missing, empty or fuzzy. Needs gettext's xgettext."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--write", action="store_true", help="Put the missing texts into locale/, for you to translate, and drop unused ones"
        )

    def handle(self, *, write: bool, **options: Any) -> None:
        if shutil.which("xgettext") is None:
            raise CommandError("xgettext is missing. On Debian, as root: apt-get install -y gettext")
        texts = texts_of_the_code(settings.BASE_DIR)
        if write:
            for language in WRITTEN_LANGUAGES:
                update_catalogue(language, texts)
        problems = [line for language in WRITTEN_LANGUAGES for line in problems_of(language, texts)]
        for line in problems:
            self.stderr.write(line)
        if problems:
            raise CommandError(f"{len(problems)} texts want translating.")
        self.stdout.write(f"{len(texts)} texts are there in {' and '.join(WRITTEN_LANGUAGES)}.")


def texts_of_the_code(root: Path) -> dict[Key, polib.POEntry]:
    """Every text in code and templates that is marked for translation, by context and text. Writes nothing below `root`."""
    with tempfile.TemporaryDirectory() as folder:
        _copy_sources(root, Path(folder))
        (Path(folder) / "locale").mkdir(exist_ok=True)
        # In a process without our settings: with them it would write into the real locale/.
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "django", "makemessages", "--locale=nn", "--keep-pot", "--no-wrap", "--verbosity=0"]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise CommandError(f"makemessages failed: {done.stderr.strip()[-1000:]}")
        return {_key(entry): entry for entry in polib.pofile(str(Path(folder) / "locale" / "django.pot"))}


def problems_of(language: str, texts: dict[Key, polib.POEntry]) -> list[str]:
    """What is missing, empty or fuzzy in a catalogue, a line each."""
    catalogue = {_key(entry): entry for entry in polib.pofile(str(_catalogue(language))) if not entry.obsolete}
    found = []
    for key, entry in texts.items():
        translated = catalogue.get(key)
        place = ", ".join(f"{file}:{line}" for file, line in entry.occurrences[:1])
        if translated is None:
            found.append(f"{language}: missing: {entry.msgid!r} ({place})")
        elif translated.fuzzy:
            found.append(f"{language}: fuzzy: {entry.msgid!r} ({place})")
        elif not translated.translated():
            found.append(f"{language}: empty: {entry.msgid!r} ({place})")
        elif bool(entry.msgid_plural) != bool(translated.msgid_plural):
            found.append(f"{language}: one has a plural and the other has not: {entry.msgid!r} ({place})")
    return found


def update_catalogue(language: str, texts: dict[Key, polib.POEntry]) -> None:
    """Bring a catalogue in step with the code: missing texts are added empty, those that nobody uses are dropped."""
    catalogue = polib.pofile(str(_catalogue(language)), wrapwidth=100)
    known = {_key(entry): entry for entry in catalogue}
    for key, entry in known.items():
        if key not in texts:
            catalogue.remove(entry)
    for key, entry in texts.items():
        if key not in known:
            plurals = {0: "", 1: ""} if entry.msgid_plural else {}
            flags = [flag for flag in entry.flags if flag.endswith("-format")]
            catalogue.append(
                polib.POEntry(
                    msgid=entry.msgid,
                    msgctxt=entry.msgctxt,
                    msgid_plural=entry.msgid_plural,
                    msgstr_plural=plurals,
                    flags=flags,
                )
            )
    catalogue.sort(key=lambda entry: (entry.msgid.lower(), entry.msgctxt or ""))
    catalogue.save()


def _catalogue(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def _key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def _copy_sources(root: Path, target: Path) -> None:
    """The files that git knows or would take, without tests: so that no installed package and no build is looked at."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *_SOURCES]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)  # noqa: S603
    for name in filter(None, listed.stdout.split("\0")):
        if not name.startswith("tests/") and (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, target / name)
