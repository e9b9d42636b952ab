"""`python -m tests.search.kill_nine SEED`: kill the real thing again and again while people change.

A program of its own, so that it can fork: it starts each victim as a fork of itself, which is a process like any other but
for the seconds that starting Django takes. Needs a place of its own, see tests/services/place.py. Prints JSON for the test
that runs it.
"""

import json
import os
import random
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any

import django
from django.conf import settings

KILLS = 20
PEOPLE = 30
_SECONDS_UNTIL_IT_HANGS = 120
_HEADLINES = ["Solar engineer", "Nurse", "Teacher", "Radio host", ""]


def main(seed: int) -> None:
    """Kill drainers, then builds, twenty times each, and print each time what is left and how index and database compare."""
    django.setup()
    _load()
    # Nobody signs in, and hashing is meant to be slow.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    chance = random.Random(seed)
    _make_people()
    _run(_victim("rebuild"))
    json.dump({"drainer": drainer_killed(chance), "rebuild": rebuild_killed(chance)}, sys.stdout)


def _load() -> None:
    """What victims would else load each by itself, which takes longer than what they are killed in. Modules only: each opens
    its own index."""
    import_module("search.engines.elasticsearch" if settings.ELASTICSEARCH_URL else "search.engines.tantivy")
    for name in ("search.checking", "search.drainer", "search.rebuild", "tests.factories"):
        import_module(name)


def drainer_killed(chance: random.Random) -> dict[str, object]:
    """Twenty drainers, each killed at a random moment while people change: every second one soon after it began, the
    others after they have done something."""
    waiting, done_before = [], []
    seconds = _seconds_of_a_drainer(chance)
    for number in range(KILLS):
        _change(chance)
        last = _last_waiting()
        victim = _start(_victim("drainer"))
        if number % 2:
            _wait_until(lambda last=last: not _is_waiting(last))
        _change_for(chance.uniform(0.0, seconds), chance)
        _kill(victim)
        done_before.append(not _is_waiting(last))
        waiting.append(_waiting())
        print(f"drainer {number}: {waiting[-1]} waiting", file=sys.stderr, flush=True)
    _run(_victim("drain"))
    return {"left_waiting": waiting, "done_before": done_before, **_asked(_compared)}


def rebuild_killed(chance: random.Random) -> dict[str, object]:
    """Twenty builds, each killed at a random moment, with a drainer at work; after each, searching works as before."""
    answers, finished = [], []
    seconds = _seconds_of_a_build()
    for _ in range(KILLS):
        drainer, victim = _start(_victim("drainer")), _start(_victim("rebuild"))
        # A little longer than it takes, so that some are killed when they swap, and some have.
        time.sleep(chance.uniform(0.0, 1.2 * seconds))
        _change(chance)
        finished.append(_kill(victim))
        _kill(drainer)
        answers.append(_asked(_everybody))
        print(f"build {len(answers)}: finds {answers[-1]}", file=sys.stderr, flush=True)
    _run(_victim("rebuild"))
    _run(_victim("drain"))
    return {"answers": answers, "finished": finished, "indices": _asked(_indices), **_asked(_compared)}


def _seconds_of_a_drainer(chance: random.Random) -> float:
    """How long it takes, on this machine and as busy as it is, from the start of a drainer until a change is done."""
    _change(chance)
    last, started = _last_waiting(), time.monotonic()
    victim = _start(_victim("drainer"))
    _wait_until(lambda: not _is_waiting(last))
    _kill(victim)
    return time.monotonic() - started


def _seconds_of_a_build() -> float:
    started = time.monotonic()
    drainer = _start(_victim("drainer"))
    _run(_victim("rebuild"))
    _kill(drainer)
    return time.monotonic() - started


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS_UNTIL_IT_HANGS
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit("a drainer does nothing")
        time.sleep(0.005)


def _change_for(seconds: float, chance: random.Random) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _change(chance)


def _victim(what: str) -> Callable[[], None]:
    """What a process does, from its first line to its end."""

    def drainer() -> None:
        from search.drainer import drain_forever

        drain_forever(threading.Event())

    def drain() -> None:
        from search.drainer import drain_once

        drain_once()

    def rebuild() -> None:
        from search.rebuild import rebuild_index

        rebuild_index()

    return {"drainer": drainer, "drain": drain, "rebuild": rebuild}[what]


def _start(run: Callable[[], None]) -> int:
    """Fork. This process itself opens no index, so the child inherits nothing of one, nor a connection to the database."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        run()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _run(run: Callable[[], None]) -> None:
    _, status = os.waitpid(_start(run), 0)
    if status:
        raise SystemExit(f"{run.__name__} ended with {status}")


def _kill(child: int) -> bool:
    """Kill it; returns whether it had come to its end by itself. It must not have failed."""
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a victim failed before it was killed")
    return os.WIFEXITED(status)


def _asked(ask: Callable[[], Any]) -> Any:
    """What `ask` returns, asked by a process of its own: one that we fork later must inherit no open index of ours."""
    reading, writing = os.pipe()

    def answer() -> None:
        with os.fdopen(writing, "w") as file:
            json.dump(ask(), file)

    child = _start(answer)
    os.close(writing)
    with os.fdopen(reading) as file:
        told = file.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise SystemExit(f"{ask.__name__} ended with {status}")
    return json.loads(told)


def _everybody() -> int:
    """How many people Norec finds."""
    from search.engines import get_engine
    from search.queries import PeopleQuery

    return get_engine().search(PeopleQuery(), "norec", ()).total


def _make_people() -> None:
    from tests.factories import ExchangeFactory, ProfileFactory

    for _ in range(PEOPLE):
        ExchangeFactory(profile=ProfileFactory(shown_to=["members"], headline="Solar engineer"))


def _change(chance: random.Random) -> None:
    """Somebody changes, hides or comes back; now and then somebody goes and another comes. As many stay."""
    from django.db import transaction

    from profiles.audiences import Audience
    from profiles.models import Profile
    from tests.factories import ProfileFactory

    profile = chance.choice(list(Profile.objects.all()))
    act = chance.random()
    if act < 0.1:
        # At once, so that there are as many whenever a drainer looks.
        with transaction.atomic():
            profile.delete()
            ProfileFactory(shown_to=["missions"], headline=chance.choice(_HEADLINES), user=None)
    elif act < 0.3:
        profile.is_paused = not profile.is_paused
        profile.save()
    else:
        profile.headline = chance.choice(_HEADLINES)
        profile.audiences_headline = frozenset(chance.sample(list(Audience), chance.randint(0, 3)))
        profile.save()


def _waiting() -> int:
    from alumni_site.core.models import IndexChange

    return IndexChange.objects.count()


def _last_waiting() -> int:
    from alumni_site.core.models import IndexChange

    return IndexChange.objects.latest("pk").pk


def _is_waiting(change: int) -> bool:
    from alumni_site.core.models import IndexChange

    return IndexChange.objects.filter(pk=change).exists()


def _indices() -> int:
    """How many indices there are: the one in use, and what was left behind."""
    from search.engines import get_engine

    if settings.ELASTICSEARCH_URL:
        return len(get_engine()._index_names())  # type: ignore[attr-defined]
    return len(list((settings.DATA_DIR / "search").glob("index-*")))


def _compared() -> dict[str, object]:
    from search.checking import compare_index

    comparison = compare_index()
    return {
        "documents": comparison.documents,
        "waiting": _waiting(),
        "differences": [[str(part) for part in difference] for difference in comparison.differences],
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
