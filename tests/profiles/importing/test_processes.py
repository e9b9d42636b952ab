"""The command as a process of its own: killed at any moment, stopped with Ctrl-C, run twice at once, within its memory."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.profiles.importing.files import csv_file, row
from tests.services.commands import ROOT
from tests.services.place import Place, own_place
from tests.services.warm import Warm, warm

pytestmark = pytest.mark.slow

PEOPLE = 900
SECONDS = 240


def _obey_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Import(Place):
    """The command in a place of its own."""

    def start(self, file: Path, *options: str, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "import_participants", str(file), *options]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            # Whoever runs the tests in the background of a shell ignores Ctrl-C, and a child would, too.
            preexec_fn=_obey_ctrl_c,
        )

    def count(self, table: str) -> int:
        return int(self.query(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own tables


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Import]:
    folder = tmp_path / "data"
    folder.mkdir()
    with own_place(folder) as own:
        yield Import(own.folder, own.environment)


@pytest.fixture
def commands(place: Import) -> Iterator[Warm]:
    with warm(place.environment, place.folder / "log", "profiles.management.commands.import_participants") as started:
        yield started


def run(commands: Warm, file: Path) -> tuple[int, str]:
    """Exit code and last line."""
    code, said = commands.run("import_participants", str(file), "--quiet")
    return code, said.rpartition("\n")[2]


def big_file(folder: Path, people: int = PEOPLE, name: str = "list.csv") -> Path:
    """Two exchanges for each, an organisation for every tenth."""
    rows = [
        row(n, exchange_id=f"X{n}-{k}", host_organisation=f"Host {n % (people // 10)}", role=f"Role {k}")
        for n in range(people)
        for k in range(2)
    ]
    return csv_file(folder, *rows, name=name)


HALF_PEOPLE = """
    SELECT count(*) FROM profiles_profile p
    WHERE p.participant_id IS NOT NULL
    AND (SELECT count(*) FROM profiles_exchange e WHERE e.profile_id = p.id) <> 2
"""
NOT_IN_OUTBOX = """
    SELECT count(*) FROM profiles_profile p
    WHERE p.participant_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM core_indexchange c WHERE c.kind = 'people' AND c.object_id = p.id)
"""
ALL_FACTS = """
    SELECT p.participant_id, p.first_name, p.last_name, p.birth_year, p.email_on_file, e.exchange_id, e.role, o.name, h.name
    FROM profiles_profile p JOIN profiles_exchange e ON e.profile_id = p.id
    JOIN profiles_organisation o ON o.id = e.sending_organisation_id JOIN profiles_organisation h ON h.id = e.host_organisation_id
    ORDER BY e.exchange_id
"""


def test_killed_at_any_moment_nobody_is_half_and_running_again_completes_it(
    place: Import, commands: Warm, tmp_path: Path
) -> None:
    file = big_file(tmp_path)
    dice = random.Random(7)
    done, ends = 0, []
    for kill in range(3):
        number = commands.start("import_participants", str(file))
        # The first is killed before anything is written or soon after, the others somewhere in the writing.
        deadline = time.monotonic() + SECONDS
        while kill and place.count("profiles_exchange") <= done < 2 * PEOPLE:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(dice.uniform(0, 0.2 if kill else 0.4))
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
        ends.append(commands.wait())
        done = place.count("profiles_exchange")
        assert place.query(HALF_PEOPLE) == [(0,)]
        assert place.query(NOT_IN_OUTBOX) == [(0,)]
    # The last may have come to its end by itself; none may have failed.
    assert ends[0] == -signal.SIGKILL
    assert set(ends) <= {-signal.SIGKILL, 0}
    code, line = run(commands, file)
    counts = dict(part.split("=") for part in line.split())
    assert (code, counts["updated"], counts["rejected"]) == (0, "0", "0")
    assert (int(counts["created"]), int(counts["unchanged"])) == (2 * PEOPLE - done, done)
    assert len(place.query(ALL_FACTS)) == 2 * PEOPLE
    assert place.query(HALF_PEOPLE) == [(0,)]
    assert place.count("profiles_organisation") == PEOPLE // 10 + 1
    assert run(commands, file) == (0, f"created=0 updated=0 unchanged={2 * PEOPLE} rejected=0")
    # Whatever was cut off before is not taken for an import that goes on.
    assert set(place.query("SELECT status FROM profiles_importrun")) <= {("stopped",), ("done",)}


def test_ctrl_c_says_that_it_may_be_run_again(place: Import, tmp_path: Path) -> None:
    # Enough that the first people are in long before the last.
    file = big_file(tmp_path, people=5000)
    process = place.start(file)
    while process.poll() is None and not place.count("profiles_exchange"):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert "Stopped on the way. What is in is whole; run the same command again to complete it." in err
    assert place.query(HALF_PEOPLE) == [(0,)]
    assert place.query("SELECT status FROM profiles_importrun") == [("stopped",)]


def test_two_at_once_take_turns(place: Import, tmp_path: Path) -> None:
    file = big_file(tmp_path, people=300)
    processes = [place.start(file, "--quiet") for _ in range(2)]
    lines = {process.communicate(timeout=SECONDS)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0]
    assert lines == {"created=600 updated=0 unchanged=0 rejected=0\n", "created=0 updated=0 unchanged=600 rejected=0\n"}
    assert place.count("profiles_organisation") == 31


def test_a_terminal_gets_a_progress_bar_and_a_log_gets_none(place: Import, tmp_path: Path) -> None:
    file = big_file(tmp_path, people=20)
    ours, theirs = os.openpty()
    process = place.start(file, stderr=theirs)
    out, _err = process.communicate(timeout=SECONDS)
    os.close(theirs)
    assert "40 of 40 rows" in os.read(ours, 10_000).decode()
    os.close(ours)
    assert out == "created=40 updated=0 unchanged=0 rejected=0\n"
    assert place.start(file).communicate(timeout=SECONDS) == ("created=0 updated=0 unchanged=40 rejected=0\n", "")


# Prints the peak of its child, in kB, last.
MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def test_memory_stays_below_200_mb(place: Import, tmp_path: Path) -> None:
    """12 000 rows are in the benchmark; these are enough to see a chunk that is never let go."""
    file = big_file(tmp_path, people=2000)
    # A child begins with the peak of the process that made it, so a small one stands between it and the tests.
    command = [sys.executable, "-c", MEASURED, sys.executable, "manage.py", "import_participants", str(file), "--quiet"]
    ran = subprocess.run(command, cwd=ROOT, env=place.environment, capture_output=True, text=True, timeout=SECONDS, check=True)
    assert int(ran.stdout.split()[-1]) < 200 * 1024
