"""The arrangement of compose.yaml, its own commands side by side: pages from one process, live updates from another, background
work and the index from two more. They have nothing in common but PostgreSQL, Redis and Elasticsearch.
"""

import json
import socket
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from websockets.sync.client import ClientConnection, connect

from profiles.audiences import AUDIENCE_BITS, Audience
from tests.messaging import protocol
from tests.messaging.test_socket_served import until
from tests.services.commands import ROOT
from tests.services.place import Place, own_place
from tests.services.ports import free_port
from tests.services.production import AT_SCALE
from tests.services.programs import running
from tests.services.warm import warm

# One worker for all: what is started is started once.
pytestmark = [pytest.mark.slow, pytest.mark.elasticsearch, pytest.mark.xdist_group("at scale")]

HOST = AT_SCALE["ALLOWED_HOSTS"]
SITE = AT_SCALE["SITE_URL"]
# As the proxy before them asks.
PROXIED = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
_IN_THE_PLACE = ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL")


@dataclass(frozen=True)
class Scale:
    """`web` and `live` are ports; `people` are members of one group with their sessions."""

    place: Place
    web: int
    live: int
    cookie: str
    conversation: str
    people: list[dict[str, str]]

    def cookies(self, number: int, **more: str) -> str:
        pairs = {self.cookie: self.people[number]["session"], **more}
        return "; ".join(f"{name}={value}" for name, value in pairs.items())

    def ask(self, port: int, path: str, *, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        data = urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers={**PROXIED, **headers})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def open_socket(self, number: int) -> ClientConnection:
        headers = {"Cookie": self.cookies(number), "X-Forwarded-Proto": "https"}
        line = socket.create_connection(("127.0.0.1", self.live), timeout=30)
        return connect(f"ws://{HOST}/ws/messages/", sock=line, origin=SITE, additional_headers=headers)


def _command(service: str, port: int) -> list[str]:
    """What compose.yaml runs for a service, on a port of this test's."""
    words = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"][service]["command"].split()
    words = [word.replace("8000", str(port)).replace("0.0.0.0", "127.0.0.1") for word in words]  # noqa: S104
    return [sys.executable, *words[1:]] if words[0] == "python" else [sys.executable, "-m", *words]


@pytest.fixture(scope="module")
def scale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scale]:
    folder = tmp_path_factory.mktemp("scale")
    with own_place(folder, settings="tests.core.settings_at_scale") as place, ExitStack() as started:
        own = {name: place.environment[name] for name in _IN_THE_PLACE}
        without_bucket = {**AT_SCALE, "AWS_STORAGE_BUCKET_NAME": "", "MACHINES": "1", "PROCESSES": "5"}
        settings = {"DJANGO_SETTINGS_MODULE": place.environment["DJANGO_SETTINGS_MODULE"]}
        environment = {**place.environment, **without_bucket, **own, **settings}
        told = _populated(environment, folder / "populated.log")
        place.query("UPDATE profiles_profile SET audiences_name = %s", str(AUDIENCE_BITS[Audience.MEMBERS]))
        ports = {"drainer": 0, "worker": 0, "web": free_port(), "live": free_port()}
        group = told["groups"][0]
        whole = Scale(place, ports["web"], ports["live"], told["cookie"], group["conversation"], group["people"])
        processes = []
        for service, port in ports.items():
            program = running(
                _command(service, port),
                answers=lambda port=port: not port or _answers(whole, port),
                log=folder / f"{service}.log",
                environment=environment,
                seconds=120,
            )
            processes.append(started.enter_context(program))
        yield whole
        # All at once: each takes a moment to end in good order.
        for process in processes:
            process.terminate()


def _populated(environment: dict[str, str], log: Path) -> dict[str, Any]:
    """What members there are, once the vocabulary is loaded."""
    with warm(environment, log) as commands:
        code, said = commands.run("load_vocabulary")
        assert code == 0, said
        code, said = commands.run("shell", "-v0", "-c", "from tests.messaging.populate import main; main(1, 3)")
        assert code == 0, said
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told


def _answers(scale: Scale, port: int) -> bool:
    try:
        return scale.ask(port, "/healthz")[0] == 200
    except OSError:
        return False


def _until_ready(scale: Scale, port: int, path: str, **headers: str) -> tuple[int, str]:
    """The answer once it is no "not yet", or what it still is after a minute."""
    deadline = time.monotonic() + 60
    while (answer := scale.ask(port, path, **headers))[0] == 503 and time.monotonic() < deadline:
        time.sleep(0.5)
    return answer


def test_every_part_answers_from_both_servers(scale: Scale) -> None:
    for port in (scale.web, scale.live):
        status, told = _until_ready(scale, port, "/readyz")
        assert status == 200, told


def test_what_is_posted_to_one_server_is_on_the_sockets_of_the_other(scale: Scale) -> None:
    token = "a" * 32
    with scale.open_socket(1) as line:
        until(line, "hello")
        status, text = scale.ask(
            scale.web,
            f"/messages/{scale.conversation}/send/",
            form={"body": "Across", "client_id": str(uuid.uuid4()), "csrfmiddlewaretoken": token},
            Cookie=scale.cookies(0, csrftoken=token),
            Origin=SITE,
            Accept="application/json",
        )
        assert (status, json.loads(text)["type"]) == (200, "ack")
        assert until(line, "message")["body"] == "Across"


def test_what_is_sent_on_a_socket_is_on_the_pages(scale: Scale) -> None:
    with scale.open_socket(0) as line:
        until(line, "hello")
        frame = {"v": 1, "type": "send", "conversation": scale.conversation, "client_id": str(uuid.uuid4()), "body": "And back"}
        line.send(protocol.sent(frame))
        until(line, "ack")
    status, page = scale.ask(scale.web, f"/messages/{scale.conversation}/", Cookie=scale.cookies(2))
    assert status == 200
    assert "And back" in page


def test_people_are_found_by_what_the_drainer_has_indexed(scale: Scale) -> None:
    status, page = _until_ready(scale, scale.web, "/people/", Cookie=scale.cookies(0))
    assert status == 200
    assert "First1 Last1" in page
