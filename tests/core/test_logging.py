"""What a log line says, and what it must never say."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.test import Client, RequestFactory

from alumni_site.core.logging import configure, formatter
from tests.factories import UserFactory

logger = structlog.get_logger("tests")


@pytest.fixture(params=[True, False], ids=["json", "text"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """All that is logged, through the real formatter."""
    yield from _captured(as_json=request.param)


@pytest.fixture
def json_log() -> Iterator[io.StringIO]:
    yield from _captured(as_json=True)


def _captured(*, as_json: bool) -> Iterator[io.StringIO]:
    configure({"as_json": as_json, "level": "INFO"})
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(formatter(as_json))
    root = logging.getLogger()
    root.addHandler(handler)
    yield output
    root.removeHandler(handler)


def said_in(log: io.StringIO) -> str:
    """All that was logged but the times: their digits can be anybody's number."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "", log.getvalue())


def lines(log: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_line_has_its_event_values_time_and_request(json_log: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc-123"):
        logger.info("import_finished", rows=12, rejected=1)
    line = lines(json_log)[0]
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "import_finished",
        "level": "info",
        "logger": "tests",
        "rejected": 1,
        "request_id": "abc-123",
        "rows": 12,
    }


@pytest.mark.parametrize(
    "said",
    [
        "mail to kari.nordmann+x@example.org bounced",
        "GET /people/?q=kari.nordmann&page=2",
        "GET /people/?q=kari.nordmann%40example.org",
        "confirm kari.nordmann%40example.org now",
        "called +47 912 34 567",
    ],
)
def test_texts_are_scrubbed_ours_and_those_of_libraries(log: io.StringIO, said: str) -> None:
    logger.warning(said)
    logger.warning("event", detail=said, deep={"list": [said]})
    logging.getLogger("some.library").warning("it said: %s", said)
    for personal in ("kari", "nordmann", "912"):
        assert personal not in said_in(log)


def test_values_with_personal_names_and_objects_are_hidden(log: io.StringIO) -> None:
    class Person:
        def __repr__(self) -> str:
            return "Kari Nordmann"

    logger.warning(
        "event", email="Kari", first_name="Kari", query="Kari", person=Person(), body={"text": "Kari"}, x={"q": "Kari"}
    )
    assert "Kari" not in log.getvalue()


def test_an_exception_is_told_without_its_words(json_log: io.StringIO) -> None:
    try:
        try:
            raise IntegrityError("Key (name)=(Kari Nordmann) already exists")
        except IntegrityError as error:
            raise ValueError("Kari Nordmann is there twice") from error
    except ValueError:
        logger.exception("import_failed")
        logging.getLogger("some.library").exception("failed")
    assert "Kari" not in json_log.getvalue()
    for line in lines(json_log):
        assert [told["type"] for told in line["exception"]] == ["builtins.ValueError", "django.db.utils.IntegrityError"]
        assert "test_an_exception_is_told_without_its_words" in line["exception"][0]["at"][-1]
        assert Path(__file__).name in line["exception"][0]["at"][-1]


def test_words_of_our_own_errors_are_kept(json_log: io.StringIO) -> None:
    try:
        raise ImproperlyConfigured("SECRET_KEY must be set")
    except ImproperlyConfigured:
        logger.error("no_start", exc_info=sys.exc_info())
    assert lines(json_log)[0]["exception"][0]["message"] == "SECRET_KEY must be set"


def test_djangos_lines_about_a_request_name_no_address(json_log: io.StringIO) -> None:
    request = RequestFactory().get("/accounts/confirm-email/secret-key/")
    extra = {"request": request, "status_code": 500}
    logging.getLogger("django.request").error("Internal Server Error: %s", request.path, extra=extra)
    logging.getLogger("django.security.csrf").warning("Forbidden (%s): %s", "no cookie", request.path, extra=extra)
    assert "secret-key" not in json_log.getvalue()
    assert [line["event"] for line in lines(json_log)] == ["Internal Server Error", "Forbidden (no cookie)"]


@pytest.mark.django_db
def test_signing_in_and_searching_leave_nobody_in_the_log(log: io.StringIO) -> None:
    UserFactory(email="kattepus@example.org")
    client = Client(raise_request_exception=False)
    for password in ("wrong-kattepus", "utveksling"):
        client.post("/accounts/login/", {"login": "kattepus@example.org", "password": password})
    client.get("/people/", {"q": "kattepus", "country_to": "KE"})
    client.get("/nowhere/kattepus/?q=kattepus")
    client.get("/healthz")
    assert "accounts/login/" in log.getvalue()
    assert "kattepus" not in log.getvalue().lower()
    assert "healthz" not in log.getvalue()


def test_a_request_has_an_id_and_keeps_a_usable_one(client: Client) -> None:
    assert len(client.get("/healthz")["X-Request-ID"]) == 36
    assert client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})["X-Request-ID"] == "from-the-proxy-1"
    made = client.get("/healthz", headers={"X-Request-ID": "<script>alert(1)</script>"})["X-Request-ID"]
    assert len(made) == 36
