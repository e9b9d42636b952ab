"""`python -m tests.messaging.kill_nine [ROUNDS]`: kill -9 the server while fifty devices send, start it again, and count.

Five groups of eight, fifty devices: in each group one person has two tabs, one has two sign-ins, and two have clocks that are
wrong by a day. In each round everybody writes and the server is killed in the middle of it (or, with `cut`, the lines of half
of them are broken instead, again and again). Then the devices come back by themselves, and everything must be there once, in
order, on every screen. Exit code 1 when it is not.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.messaging.client import Device, faults
from tests.services.commands import ROOT
from tests.services.place import Place, own_place
from tests.services.ports import free_port
from tests.services.warm import Warm, warm

GROUPS, PEOPLE = 5, 8
MESSAGES_A_ROUND = 2
SECONDS_TO_CATCH_UP = 180
_WRONG_CLOCKS = {2: timedelta(days=1), 3: timedelta(days=-1)}


@dataclass
class Server:
    """`manage.py serve` in a place of its own, that can be killed and started again."""

    place: Place
    port: int = field(default_factory=free_port)
    number: int | None = None
    _warm: Warm | None = None
    _opened: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {**self.place.environment, "DEBUG": "false", "PORT": str(self.port), "MESSAGES_PER_MINUTE": "1000000"}

    def start(self) -> None:
        if self._warm is None:
            loaded = ("alumni_site.urls", "messaging.consumers")
            self._warm = self._opened.enter_context(warm(self.environment, self.place.folder / "server.log", *loaded))
        self.number = self._warm.start("serve")

    def kill(self) -> None:
        """As when the power goes: nothing is tidied up."""
        assert self.number is not None
        assert self._warm is not None
        os.kill(self.number, signal.SIGKILL)
        assert self._warm.wait() == -signal.SIGKILL, "The server had ended by itself."
        self.number = None

    def finish(self) -> None:
        if self.number is not None:
            self.kill()
        self._opened.close()

    def populate(self, groups: int, people: int) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.messaging.populate", str(groups), str(people)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def stored(self, conversation: str) -> list[dict[str, Any]]:
        """The messages of a conversation as they are in the database."""
        query = """
            SELECT m.seq, m.client_id, m.uuid, m.body, u.uuid FROM messaging_message m
            JOIN messaging_conversation c ON c.id = m.conversation_id JOIN profiles_user u ON u.id = m.sender_id
            WHERE c.uuid = %s ORDER BY m.seq
        """
        names = ("seq", "client_id", "id", "body", "sender")
        rows = self.place.query(query, conversation.replace("-", ""))
        plain = (dict(zip(names, row, strict=True)) for row in rows)
        # PostgreSQL has a type for them, SQLite has their digits.
        return [{**row, **{name: str(uuid.UUID(str(row[name]))) for name in ("client_id", "id", "sender")}} for row in plain]


@dataclass
class Crowd:
    """Fifty devices in five groups."""

    server: Server
    groups: dict[str, list[Device]]

    @classmethod
    def of(cls, server: Server) -> "Crowd":
        told = server.populate(GROUPS, PEOPLE)
        groups = {}
        for group in told["groups"]:
            people = group["people"]
            # The first has two tabs of one sign-in, the second signs in on two devices.
            owners = [people[0], people[0], people[1], {**people[1], "session": people[1]["second_session"]}, *people[2:]]
            groups[group["conversation"]] = [
                Device(
                    server.address,
                    f"{told['cookie']}={owner['session']}",
                    group["conversation"],
                    owner["id"],
                    clock_is_wrong_by=_WRONG_CLOCKS.get(number, timedelta()),
                    # Holding a frame against the schema takes longer than making it: one device in each group does.
                    checks_frames=number == 0,
                )
                for number, owner in enumerate(owners)
            ]
        return cls(server, groups)

    @property
    def devices(self) -> list[Device]:
        return [device for group in self.groups.values() for device in group]

    async def write(self, number: int) -> None:
        """Everybody writes, each at a moment of their own within a second."""

        async def one(device: Device) -> None:
            for which in range(MESSAGES_A_ROUND):
                await asyncio.sleep(random.uniform(0, 1 / MESSAGES_A_ROUND))
                device.write(f"Round {number}, {which}")

        await asyncio.gather(*(one(device) for device in self.devices))

    async def caught_up(self) -> bool:
        """Wait until every outbox is empty and everybody shows what is newest; False when it takes too long."""
        deadline = time.monotonic() + SECONDS_TO_CATCH_UP
        while time.monotonic() < deadline:
            if not any(device.outbox for device in self.devices) and all(
                device.last >= max(other.last for other in group) for group in self.groups.values() for device in group
            ):
                newest = {uuid: len(self.server.stored(uuid)) for uuid in self.groups}
                if all(device.last == newest[uuid] for uuid, group in self.groups.items() for device in group):
                    return True
            await asyncio.sleep(0.05)
        return False

    def faults(self) -> list[str]:
        return [fault for uuid, group in self.groups.items() for fault in faults(group, self.server.stored(uuid))]


async def rounds(
    server: Server, how_many: int, *, cuts: bool = False, say: Callable[[str], None] = lambda _: None
) -> tuple[Crowd, list[str]]:
    """So many rounds. Returns the devices and what went wrong, in words: nothing at all, one hopes."""
    crowd = Crowd.of(server)
    server.start()
    running = [asyncio.create_task(device.run()) for device in crowd.devices]
    found: list[str] = []
    try:
        if not await _everybody_is_there(crowd):
            return crowd, ["not everybody got in"]
        for number in range(1, how_many + 1):
            found += await _round(crowd, number, cuts)
            total = sum(len(server.stored(uuid)) for uuid in crowd.groups)
            say(f"round {number}: {total} messages, {len(found)} faults")
            if found:
                break
    finally:
        await asyncio.gather(*(device.stop() for device in crowd.devices))
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        server.finish()
    return crowd, found


async def _everybody_is_there(crowd: Crowd) -> bool:
    deadline = time.monotonic() + SECONDS_TO_CATCH_UP
    while not all(device.is_there for device in crowd.devices):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.1)
    return True


async def _round(crowd: Crowd, number: int, cuts: bool) -> list[str]:
    writing = asyncio.create_task(crowd.write(number))
    if cuts:
        while not writing.done():
            await asyncio.sleep(random.uniform(0.05, 0.3))
            for device in random.sample(crowd.devices, len(crowd.devices) // 2):
                device.cut()
    else:
        await asyncio.sleep(random.uniform(0.1, 1.3))
        crowd.server.kill()
        crowd.server.start()
    await writing
    late = [] if await crowd.caught_up() else [f"round {number}: not caught up after {SECONDS_TO_CATCH_UP} seconds"]
    return late + crowd.faults()


def run(how_many: int, *, cuts: bool, say: Callable[[str], None] = lambda _: None) -> tuple[Crowd, list[str]]:
    """Rounds in a new place."""
    with tempfile.TemporaryDirectory(prefix="kill-nine-") as folder, own_place(Path(folder)) as place:
        return asyncio.run(rounds(Server(place), how_many, cuts=cuts, say=say))


def main(arguments: list[str]) -> int:
    how_many = next((int(argument) for argument in arguments if argument.isdigit()), 100)
    cuts = "cut" in arguments
    started = time.monotonic()
    crowd, found = run(how_many, cuts=cuts, say=lambda line: print(line, flush=True))
    acknowledged, breaks, twice = (
        sum(values)
        for values in zip(*((len(one.acknowledged), one.breaks, one.came_twice) for one in crowd.devices), strict=True)
    )
    what = "broken lines" if cuts else "kill -9"
    print(f"{how_many} rounds of {what}, {len(crowd.devices)} devices: {acknowledged} acknowledged, {breaks} breaks,")
    print(f"{twice} came twice on a line that was caught up, {time.monotonic() - started:.0f} seconds")
    print("\n".join(found) or "0 lost, 0 doubled, 0 out of order, every acknowledged message there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
