"""`manage.py check_translations`, on catalogues with something wrong in them."""

import subprocess
from pathlib import Path

import polib
import pytest

from alumni_site.core.management.commands.check_translations import problems_of, texts_of_the_code, update_catalogue

TEMPLATE = """{% load i18n %}{% translate "One" %}{% translate "From" context "mail" %}
{% blocktranslate trimmed count n=n %}{{ n }} person{% plural %}{{ n }} people{% endblocktranslate %}"""


@pytest.fixture
def root(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with three texts, and catalogues without any."""
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "page.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "page.html").write_text('{% load i18n %}{% translate "Only in a test" %}')
    for language in ("nn", "nb"):
        folder = tmp_path / "locale" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        polib.POFile(wrapwidth=100).save(str(folder / "django.po"))
    settings.LOCALE_PATHS = [tmp_path / "locale"]  # type: ignore[attr-defined]
    return tmp_path


def test_what_is_missing_empty_or_fuzzy_is_found(root: Path) -> None:
    texts = texts_of_the_code(root)
    assert set(texts) == {("", "One"), ("mail", "From"), ("", "%(n)s person")}
    assert [line.split(": ")[:2] for line in problems_of("nn", texts)] == [["nn", "missing"]] * 3

    update_catalogue("nn", texts)
    assert sorted(line.split(": ")[1] for line in problems_of("nn", texts)) == ["empty"] * 3

    file = root / "locale" / "nn" / "LC_MESSAGES" / "django.po"
    catalogue = polib.pofile(str(file))
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: "%(n)s person", 1: "%(n)s personar"}
        else:
            entry.msgstr = "Ein" if entry.msgid == "One" else "Frå"
    catalogue.append(polib.POEntry(msgid="Nobody uses this", msgstr="Ingen"))
    catalogue.save()
    assert problems_of("nn", texts) == []
    # The same words for something else have their own translation.
    assert polib.pofile(str(file)).find("From", msgctxt="mail").msgstr == "Frå"

    update_catalogue("nn", texts)
    assert polib.pofile(str(file)).find("Nobody uses this") is None
    fuzzy = polib.pofile(str(file))
    fuzzy.find("One").flags.append("fuzzy")
    fuzzy.save()
    assert [line.split(": ")[1] for line in problems_of("nn", texts)] == ["fuzzy"]
