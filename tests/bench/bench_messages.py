"""Messages as they are delivered: what it costs that they are kept, beside a raw channel layer that keeps nothing.

One server, as `manage.py serve` runs it. A thousand sockets are open on `/ws/messages/` and a thousand on the baseline (a stock
consumer on the same layer, in the same process), each in 20 groups of 50, held by processes of their own. The two are measured
in turns, A B A B, so that what else the machine does falls on both. BENCH_GROUPS and BENCH_RATE (sends a second in all) make it
smaller, for a quick look or a busy machine.
"""

import json
import logging
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import sync_playwright

from messaging.models import Conversation, Message, Participation
from messaging.reading import inbox, thread, window
from profiles.models import User
from profiles.viewers import Viewer, viewer_for
from tests.bench.pages import browser, publish_files, queries_of
from tests.bench.results import Bench, percentile
from tests.bench.site import ROOT
from tests.bench.timing import in_turns
from tests.browser import driver
from tests.services.network import is_ready
from tests.services.ports import free_port

GROUPS = int(os.environ.get("BENCH_GROUPS") or 20)
PEOPLE_IN_A_GROUP = 50
SENDS_A_SECOND = float(os.environ.get("BENCH_RATE") or 2 * GROUPS)
TURNS = int(os.environ.get("BENCH_TURNS") or 6)
SECONDS = float(os.environ.get("BENCH_SECONDS") or 8)
PROCESSES = 2
KINDS = ("durable", "raw")
BASELINE = "raw channel layer"
# Steps of the highest rate, in parts of the rate of the goal.
STEPS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4)
LATE = 1000.0
CONVERSATIONS = 500
# Few enough that the browser, on the same processors, is not what is measured.
RATE_ON_SCREEN = SENDS_A_SECOND / 4
# When the row of a message is there and the browser has drawn: milliseconds since the moment that stands in the message.
_NOTE_WHAT_IS_DRAWN = """() => {
  const written = new Map();
  window.drawn = [];
  document.addEventListener("line:frame", ({ detail: frame }) => {
    if (frame.type === "message") written.set(`m-${frame.id}`, Date.parse(frame.sent_at));
  });
  const note = () => {
    for (const [id, at] of written) {
      if (!document.getElementById(id)) continue;
      drawn.push(Date.now() - at);
      written.delete(id);
    }
  };
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(note))).observe(document.querySelector(".nw-talk"), {
    childList: true,
  });
}"""


def run(bench: Bench) -> None:
    # One that is there is brought to today's tables: else the server would never be ready.
    call_command("migrate", verbosity=0)
    told = _populated()
    with _server() as server, _crowds(server) as crowds:
        idle = server.memory()
        for kind in KINDS:
            before = server.memory()
            started = time.monotonic()
            crowds.open(kind, _spots(told, kind))
            seconds = time.monotonic() - started
            bench.note(f"{kind}: memory of the server a socket", (server.memory() - before) / 1024 / crowds.size, "kB")
            bench.note(f"{kind}: {crowds.size} sockets opened in", seconds, "s")
        bench.note("server with no socket", idle / 2**20, "MB")
        highest = _highest_rate(bench, server, crowds)
        _delivery(bench, server, crowds, SENDS_A_SECOND)
        if 0 < highest < SENDS_A_SECOND:
            # Beyond what a machine holds there are only queues, and their length tells of nothing but the time they grew.
            _delivery(bench, server, crowds, highest)
        _on_screen(bench, server, crowds, told)
    connection.close()
    _reading(bench)


def _delivery(bench: Bench, server: "Server", crowds: "Crowds", rate: float) -> None:
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    # The server's own processor time: what else the machine does is not in it, and the highest rate follows from it.
    worked, sent = dict.fromkeys(KINDS, 0.0), dict.fromkeys(KINDS, 0)
    from_writing: list[float] = []
    for kind in KINDS:
        crowds.send(kind, rate, 3)
    for _ in range(TURNS):
        for kind in KINDS:
            server.come_to_rest()
            before = server.processor()
            turn = crowds.send(kind, rate, SECONDS)
            worked[kind] += server.processor() - before
            sent[kind] += turn.sent
            found[kind] += turn.milliseconds
            from_writing += turn.from_writing
            bench.note(f"{kind}: delivered of what was sent, {rate:g} sends/s", turn.share * 100, "%")
    durable, raw = (worked[kind] * 1000 / sent[kind] for kind in KINDS)
    what = f"processor time of the server a send, {rate:g} sends/s"
    bench.note(what, durable, "ms", baseline=raw, baseline_name=BASELINE, at_most_times=1.3)
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        durable, raw = (_percentile(found[kind], share) for kind in KINDS)
        what = f"send to delivered, {rate:g} sends/s, {name}"
        bench.note(what, durable, "ms", baseline=raw, baseline_name=BASELINE, at_most_times=1.3)
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        # The moment that stands in the message is taken in its transaction, a moment before the commit.
        bench.note(f"written to on another's socket, {rate:g} sends/s, {name}", _percentile(from_writing, share), "ms")


def _on_screen(bench: Bench, server: "Server", crowds: "Crowds", told: Any) -> None:
    """How long after it was written a message is drawn in a browser of one of the thousand, with the others open and writing."""
    group = told["groups"][0]
    cookie = {"name": told["cookie"], "value": group["people"][0]["session"], "domain": "localhost", "path": "/"}
    with sync_playwright() as playwright:
        chromium = driver.launch(playwright)
        with driver.window(chromium, f"http://localhost:{server.port}", driver.Look(), cookies=[cookie]) as page:
            page.goto(f"/messages/{group['conversation']}/?newest=1")
            page.evaluate(_NOTE_WHAT_IS_DRAWN)
            crowds.send("durable", RATE_ON_SCREEN, 3)
            page.evaluate("drawn.length = 0")
            for _ in range(TURNS):
                server.come_to_rest()
                crowds.send("durable", RATE_ON_SCREEN, SECONDS)
            drawn = page.evaluate("drawn")
        chromium.close()
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        bench.note(f"written to on another's screen, {RATE_ON_SCREEN:g} sends/s, {name}", _percentile(drawn, share), "ms")


def _percentile(values: list[float], share: float) -> float:
    """A minute when nothing has arrived in time."""
    return percentile(values, share) if values else 60_000.0


def _highest_rate(bench: Bench, server: "Server", crowds: "Crowds") -> float:
    """The highest step that holds: everything arrives, 95 of 100 within a second, and the senders keep their pace.

    Returns the highest that both hold.
    """
    highest = dict.fromkeys(KINDS, 0.0)
    going = set(KINDS)
    for step in STEPS:
        for kind in [kind for kind in KINDS if kind in going]:
            rate = SENDS_A_SECOND * step
            server.come_to_rest()
            turn = crowds.send(kind, rate, 5, settle=3)
            if turn.share > 0.995 and turn.milliseconds and percentile(turn.milliseconds, 0.95) < LATE and turn.pace > 0.95:
                highest[kind] = rate
            else:
                going.discard(kind)
    for kind in KINDS:
        bench.note(f"{kind}: highest rate that holds", highest[kind], "sends/s")
    if all(highest.values()):
        durable, raw = (1000 / highest[kind] for kind in KINDS)
        bench.note("a send at the highest rate", durable, "ms", baseline=raw, baseline_name=BASELINE, at_most_times=1.3)
    return min(highest.values())


def _reading(bench: Bench) -> None:
    """A list of 500 conversations, and opening one with 10 000 messages: what the pages are made of, and the whole pages."""
    logging.disable(logging.INFO)
    publish_files()
    users = list(User.objects.order_by("pk")[: CONVERSATIONS + 2])
    for name, mine, many in (("one", users[0], 1), ("many", users[1], CONVERSATIONS)):
        _talks_of(mine, users[2 : 2 + many])
        viewer = viewer_for(mine)
        uuid_of_one = Conversation.objects.filter(participations__user=mine, kind="group", name__startswith="Bench").first()
        assert uuid_of_one is not None
        for case, read in (("list", _reader_of_list(viewer)), ("open", _reader_of_thread(viewer, uuid_of_one.uuid))):
            with CaptureQueriesContext(connection) as queries:
                read()
            bench.note(f"{case} of {many} conversation{'s' if many > 1 else ''}: queries", len(queries), "")
            if name == "many":
                took = [_milliseconds(read) for _ in range(60)]
                bench.note(f"{case} of {many} conversations, p95", percentile(took, 0.95), "ms", at_most=60)
        client = browser(mine.email)
        # As most are when they are opened: read.
        client.get(reverse("conversation", args=[uuid_of_one.uuid]), {"newest": 1})
        for case, address in (("list", reverse("messages")), ("open", reverse("conversation", args=[uuid_of_one.uuid]))):
            page = f"page: {case} of {many} conversation{'s' if many > 1 else ''}"
            bench.note(f"{page}: queries", queries_of(client, address), "")
            if name == "many":
                (times,) = in_turns(partial(client.get, address), rounds=60)
                limit = 60 if times.is_quiet else None
                bench.note(f"{page}, p95", percentile(times.wall, 0.95), "ms", at_most=limit)
                bench.note(f"{page}, p95, processor", percentile(times.processor, 0.95), "ms", at_most=60)


def _reader_of_list(viewer: Viewer) -> Callable[[], Any]:
    return lambda: inbox(viewer)


def _reader_of_thread(viewer: Viewer, which: uuid.UUID) -> Callable[[], Any]:
    def read() -> Any:
        found = thread(viewer, which)
        assert found is not None
        return window(viewer, found)

    return read


def _milliseconds(read: Callable[[], Any]) -> float:
    started = time.perf_counter()
    read()
    return (time.perf_counter() - started) * 1000


def _talks_of(mine: User, others: list[User]) -> None:
    """A conversation with each, one of them with 10 000 messages. Written once."""
    if Participation.objects.filter(user=mine, conversation__name__startswith="Bench").exists():
        return
    talks = Conversation.objects.bulk_create(
        Conversation(kind="group", name=f"Bench {number}", last_seq=20) for number in range(len(others))
    )
    Participation.objects.bulk_create(
        Participation(conversation=talk, user=user) for talk, other in zip(talks, others, strict=True) for user in (mine, other)
    )
    Message.objects.bulk_create(
        Message(conversation=talk, seq=seq, sender=other, body=f"Message {seq} of some length, as people write them.")
        for talk, other in zip(talks, others, strict=True)
        for seq in range(1, 10_001 if talk is talks[0] else 21)
    )
    Conversation.objects.filter(pk=talks[0].pk).update(last_seq=10_000)


def _populated() -> Any:
    """The groups and their people, made once and kept beside the database."""
    kept = Path(settings.DATA_DIR) / f"groups-{GROUPS}.json"
    if not kept.exists():
        command = [sys.executable, "-m", "tests.messaging.populate", str(GROUPS), str(PEOPLE_IN_A_GROUP)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        kept.write_text(done.stdout, "utf-8")
    return json.loads(kept.read_text("utf-8"))


def _spots(told: Any, kind: str) -> list[dict[str, Any]]:
    """Where each socket connects to, and as whom."""
    return [
        {
            "path": "/ws/messages/" if kind == "durable" else f"/ws/raw/{number}/",
            "cookie": f"{told['cookie']}={person['session']}",
            "conversation": group["conversation"],
        }
        for number, group in enumerate(told["groups"])
        for person in group["people"]
    ]


class Turn:
    """What all processes found in one turn."""

    def __init__(self, found: list[dict[str, Any]]) -> None:
        self.milliseconds = [one for each in found for one in each["milliseconds"]]
        self.from_writing = [one for each in found for one in each["from_writing"]]
        self.sent = sum(each["sent"] for each in found)
        self.share = len(self.milliseconds) / (self.sent * PEOPLE_IN_A_GROUP)
        self.pace = min(each["asked"] / max(each["took"], 0.001) for each in found)
        if errors := [error for each in found for error in each["errors"]]:
            print(f"  errors: {errors[:3]}", file=sys.stderr)


class Crowds:
    """The processes that hold the sockets."""

    def __init__(self, processes: list["subprocess.Popen[str]"]) -> None:
        self._processes = processes
        self._phase = 0
        self.size = 0

    def open(self, kind: str, spots: list[dict[str, Any]]) -> None:
        shares = [spots[number :: len(self._processes)] for number in range(len(self._processes))]
        answers = self._all([{"do": "open", "kind": kind, "spots": share} for share in shares])
        self.size = sum(answer["open"] for answer in answers)

    def send(self, kind: str, rate: float, seconds: float, settle: float = 1.5) -> Turn:
        self._phase += 1
        share = rate / len(self._processes)
        command = {"do": "send", "kind": kind, "phase": self._phase, "rate": share, "seconds": seconds, "settle": settle}
        return Turn([{**found, "asked": seconds} for found in self._all([command] * len(self._processes))])

    def _all(self, commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for process, command in zip(self._processes, commands, strict=True):
            assert process.stdin is not None
            process.stdin.write(json.dumps(command) + "\n")
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process in self._processes if process.stdout is not None]


@contextmanager
def _crowds(server: "Server") -> Iterator[Crowds]:
    command = [sys.executable, "-m", "tests.bench.live.sockets"]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write(json.dumps({"host": f"localhost:{server.port}"}) + "\n")
    try:
        yield Crowds(started)
    finally:
        for process in started:
            process.kill()
            process.wait()


class Server:
    """The server that is measured."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port, self._process = port, process

    def processor(self) -> float:
        """Seconds of a processor it has used, all threads together."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def come_to_rest(self, within: float = 60) -> None:
        """Wait until it has worked off what it was given before."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            before = self.processor()
            time.sleep(1)
            if self.processor() - before < 0.2:
                return

    def memory(self) -> int:
        """Bytes it holds."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("utf-8")
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


@contextmanager
def _server() -> Iterator[Server]:
    port = free_port()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.live.settings", "PORT": str(port)}
    with (Path(settings.DATA_DIR) / "messages-server.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        while not is_ready(f"http://localhost:{port}"):
            if process.poll() is not None:
                raise RuntimeError("The server did not start: see messages-server.log")
            time.sleep(0.2)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait()
