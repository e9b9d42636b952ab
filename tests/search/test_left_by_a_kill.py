"""What a killed writer of the embedded engine leaves in the folder, made by hand: a real kill leaves it once in hundreds."""

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from search.engines.tantivy import TantivyEngine
from tests.search.conftest import fill

People = Mapping[int, Mapping[str, Any]]
# A level of segments is merged when there are as many.
_SEGMENTS_TO_MERGE = 8


def test_a_writer_after_one_that_was_killed_while_merging_replaces_everybody(people: People, tmp_path: Path) -> None:
    """Eight segments that wait to be merged. The last commit deleted from the one that has the first person to change."""
    engine = TantivyEngine(tmp_path / "index")
    fill(engine, {pid: people[pid] for pid in range(1, 11)})
    first, changed, other = 11, 12, 13
    engine.apply({pid: people[pid] for pid in (first, changed, other)})
    for pid in range(14, 18):
        engine.apply({pid: people[pid]})
    engine.apply({changed: people[100]})
    engine.release()
    further = TantivyEngine(tmp_path / "further")
    fill(further, {18: people[18]})
    assert add_segments(folder_of(engine), folder_of(further)) == _SEGMENTS_TO_MERGE

    afresh = TantivyEngine(tmp_path / "index")
    afresh.apply({first: people[101]})
    afresh.release()

    assert len(read(folder_of(afresh) / "meta.json")["segments"]) < _SEGMENTS_TO_MERGE
    wanted = {**{pid: people[pid] for pid in range(1, 19)}, changed: people[100], first: people[101]}
    in_index = Counter((pid, audience) for pid, audience, _ in afresh.digests())
    assert in_index == Counter((pid, audience) for pid, documents in wanted.items() for audience in documents)


def test_a_file_of_an_unfinished_commit_is_not_in_the_way_of_the_next(people: People, tmp_path: Path) -> None:
    """A list of deleted documents is named after the commit's number, and doing the same again gives the same number."""
    engine = TantivyEngine(tmp_path / "index")
    fill(engine, {pid: people[pid] for pid in range(1, 11)})
    shutil.copytree(tmp_path / "index", tmp_path / "killed")
    change = {3: people[100]}
    engine.apply(change)
    engine.release()
    killed = TantivyEngine(tmp_path / "killed")
    unfinished = list(folder_of(engine).glob("*.del"))
    assert len(unfinished) == 1
    for file in (*unfinished, folder_of(engine) / ".managed.json"):
        shutil.copy(file, folder_of(killed))

    killed.apply(change)
    killed.release()

    assert sorted(killed.digests()) == sorted(engine.digests())


def folder_of(engine: TantivyEngine) -> Path:
    return engine.folder / (engine.folder / "CURRENT").read_text()


def read(file: Path) -> Any:
    return json.loads(file.read_text())


def add_segments(index: Path, further: Path) -> int:
    """Put the segments of another index into this one; returns how many there are."""
    files = [file for file in further.iterdir() if not file.name.startswith(".") and file.name != "meta.json"]
    for file in files:
        shutil.copy(file, index)
    managed = {*read(index / ".managed.json"), *(file.name for file in files)}
    (index / ".managed.json").write_text(json.dumps(sorted(managed)))
    meta = read(index / "meta.json")
    meta["segments"] += read(further / "meta.json")["segments"]
    (index / "meta.json").write_text(json.dumps(meta))
    return len(meta["segments"])
