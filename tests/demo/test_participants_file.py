from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from alumni_site.demo.participants_file import write_participants_file
from profiles.importing.reading import read_file
from profiles.importing.report import rejected_rows
from profiles.importing.rows import ParsedFile, parse_table
from profiles.importing.running import plan_file

pytestmark = pytest.mark.django_db


def parsed(path: Path) -> ParsedFile:
    return parse_table(read_file(path, sheet=""))


@pytest.mark.parametrize("name", ["people.csv", "people.tsv"])
def test_every_row_of_a_clean_file_goes_in(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert write_participants_file(path, rows=300).total() == 0
    file = parsed(path)
    assert file.headings.ignored == ()
    assert plan_file(file, progress=lambda done: None) == {"created": 300, "rejected": 0}


def test_same_seed_writes_the_same_file(tmp_path: Path) -> None:
    for name in ("one.csv", "other.csv"):
        write_participants_file(tmp_path / name, rows=80, mess=True)
    write_participants_file(tmp_path / "third.csv", rows=80, seed=3, mess=True)
    one, other, third = ((tmp_path / name).read_bytes() for name in ("one.csv", "other.csv", "third.csv"))
    assert one == other != third


def test_messy_file_is_understood_but_for_its_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "mess.csv"
    mistakes = write_participants_file(path, rows=400, mess=True)
    assert set(mistakes.values()) == {1}
    assert len(mistakes) == 10
    file = parsed(path)
    assert set(file.headings.ignored) == {"Kommentar", "Utbetalt?"}
    rejected = {row.line for row in rejected_rows(file)}
    tally = plan_file(file, progress=lambda done: None)
    assert 10 <= len(rejected) <= 20
    assert tally == {"created": 400 - len(rejected), "rejected": len(rejected)}


def test_messy_file_without_mistakes_goes_in_whole(tmp_path: Path) -> None:
    path = tmp_path / "mess.csv"
    assert write_participants_file(path, rows=300, mess=True, rows_per_mistake=1000).total() == 0
    assert plan_file(parsed(path), progress=lambda done: None) == {"created": 300, "rejected": 0}


def test_command_says_which_mistakes_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "people.csv"
    call_command("make_participants_file", str(path), rows=80, mess=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"80 rows written to {path}, 2 of them with a mistake."
    assert len(lines) == 3


def test_command_says_where_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        call_command("make_participants_file", str(tmp_path / "nowhere" / "people.csv"))
