"""Web push: encrypted for one browser, to public addresses only, and forgotten when the browser is gone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.test import Client

from notifications import webpush
from notifications.kinds import Notice
from notifications.models import Delivery, KindChoice, PushSubscription
from notifications.pushing import MOST_BROWSERS, send_pushes, subscribe
from notifications.services import mark_group_read, notify
from notifications.webpush import BadEndpoint, decode, encode, encrypt, ensure_endpoint, is_public, post
from profiles.models import User
from tests.factories import ProfileFactory, UserFactory
from tests.notifications.sinks import PushSink, Receiver, push_sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Any, tmp_path: Path) -> Iterator[PushSink]:
    settings.DATA_DIR = tmp_path
    with push_sink() as service:
        settings.PUSH_TEST_ORIGINS = [service.origin]
        yield service


def subscribed(person: User, sink: PushSink, device: Receiver, path: str = "/one") -> PushSubscription:
    return subscribe(user=person, endpoint=sink.origin + path, p256dh=device.p256dh, auth=encode(device.auth))


def test_encryption_is_that_of_the_standard() -> None:
    """The example of RFC 8291, appendix A."""
    own = ec.derive_private_key(int.from_bytes(decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1())
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        salt=decode("DGv6ra1nlYgDCS1FRnbzlw"),
        own_key=own,
    )
    assert encode(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_browser_reads_who_and_where_and_nobody_else_does(kind: Any, sink: PushSink) -> None:
    kind(push=True, outside=lambda data, count: Notice("New message from Grace", "/messages/1/"))
    person, device = UserFactory(language="nn"), Receiver()
    subscribed(person, sink, device)
    notify(recipient=person, kind="tests.told", data={"what": "a-private-word"}, group="g")
    assert send_pushes() == 1
    path, headers, body = sink.pushes[0]
    assert path == "/one"
    assert b"Grace" not in body
    push = json.loads(device.read(body))
    assert push == {
        "title": "Norec Network",
        "body": "New message from Grace",
        "url": "/messages/1/",
        "tag": headers["Topic"],
        "lang": "nn",
    }
    assert (headers["Content-Encoding"], headers["TTL"]) == ("aes128gcm", "86400")
    assert send_pushes() == 0


def test_push_is_signed_for_the_push_service(kind: Any, sink: PushSink) -> None:
    kind(push=True)
    person = UserFactory()
    subscribed(person, sink, Receiver())
    notify(recipient=person, kind="tests.told", data={})
    send_pushes()
    token, key = sink.pushes[0][1]["Authorization"].removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    raw = decode(signature)
    numbers = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(key))
    public.verify(numbers, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(decode(claims))["aud"] == sink.origin
    assert key == webpush.public_key()


def test_key_is_made_once_and_only_its_owner_reads_it(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.VAPID_PRIVATE_KEY = tmp_path, ""
    first = webpush.public_key()
    assert webpush.public_key() == first
    files = list(tmp_path.iterdir())
    assert [file.name for file in files] == ["vapid-private-key"]
    assert files[0].stat().st_mode & 0o777 == 0o600
    settings.VAPID_PRIVATE_KEY = webpush.new_key()
    assert webpush.public_key() != first


def test_read_turned_off_or_suspended_meanwhile_is_not_pushed(kind: Any, sink: PushSink) -> None:
    kind(push=True)
    read, off, suspended = UserFactory(), UserFactory(), UserFactory()
    for number, person in enumerate((read, off, suspended)):
        subscribed(person, sink, Receiver(), f"/{number}")
        notify(recipient=person, kind="tests.told", data={}, group="g")
    mark_group_read(user=read, kind="tests.told", group="g")
    KindChoice.objects.create(user=off, kind="tests.told", in_app=True, mail="at_once", push=False)
    User.objects.filter(pk=suspended.pk).update(status="suspended")
    assert send_pushes() == 0
    assert sink.pushes == []
    assert Delivery.objects.filter(channel="push", state="cancelled").count() == 3


@pytest.mark.parametrize("status", [404, 410])
def test_browser_that_is_gone_is_forgotten(kind: Any, sink: PushSink, status: int) -> None:
    kind(push=True)
    person = UserFactory()
    subscribed(person, sink, Receiver(), "/gone")
    notify(recipient=person, kind="tests.told", data={})
    sink.status = status
    assert send_pushes() == 0
    assert PushSubscription.objects.count() == 0
    assert Delivery.objects.filter(channel="push").count() == 0


@pytest.mark.parametrize(
    ("status", "state", "code"),
    [
        (429, "waiting", "push_service_busy"),
        (503, "waiting", "push_service_busy"),
        (403, "dead", "push_refused"),
        (307, "dead", "push_refused"),
    ],
)
def test_answer_of_the_push_service_decides(kind: Any, sink: PushSink, status: int, state: str, code: str) -> None:
    kind(push=True)
    person = UserFactory()
    subscribed(person, sink, Receiver())
    notify(recipient=person, kind="tests.told", data={})
    sink.status = status
    send_pushes()
    delivery = Delivery.objects.get(channel="push")
    assert (delivery.state, delivery.last_error) == (state, code)
    # A redirect is not followed.
    assert len(sink.pushes) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://push.example.org:8443/x",
        "https://user:word@push.example.org/x",
        "https://database.internal/x",
        "https://printer.local/x",
        "ftp://push.example.org/x",
        "https://",
        "https://push.example.org:99999/x",
        "",
    ],
)
def test_address_of_our_own_network_is_refused(endpoint: str) -> None:
    with pytest.raises(BadEndpoint):
        ensure_endpoint(endpoint)


def test_name_that_leads_inside_is_refused_when_it_is_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr(webpush.socket, "getaddrinfo", lambda *_, **__: inside)
    ensure_endpoint("https://push.example.org/x")
    with pytest.raises(BadEndpoint):
        post("https://push.example.org/x", b"", {})


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::1", False),
    ],
)
def test_address_is_public_or_not(address: str, public: bool) -> None:
    assert is_public(address) is public


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_browser_is_kept_moved_and_forgotten_at_sign_out(kind: Any, sink: PushSink) -> None:
    kind(push=True)
    one, other, device = ProfileFactory().user, ProfileFactory().user, Receiver()
    values = {"endpoint": f"{sink.origin}/a", "p256dh": device.p256dh, "auth": encode(device.auth)}
    client = _signed_in(one)
    assert client.post("/me/notices/push/subscribe/", values).status_code == 204
    assert PushSubscription.objects.get().user == one
    PushSubscription.objects.create(user=one, endpoint="https://push.example.org/other", p256dh="x", auth="y")
    # Another person at the same browser: it is theirs now.
    second = _signed_in(other)
    assert second.post("/me/notices/push/subscribe/", values).status_code == 204
    assert PushSubscription.objects.get(endpoint=values["endpoint"]).user == other
    # One cannot forget another's, and signing out forgets this browser's only.
    client.post("/me/notices/push/unsubscribe/", values)
    assert PushSubscription.objects.count() == 2
    second.post("/accounts/logout/")
    assert PushSubscription.objects.get().user == one


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://10.0.0.1/x"},
        {"endpoint": ""},
        {"p256dh": "x"},
        {"p256dh": encode(b"\x04" + b"\x01" * 64)},
        {"auth": encode(b"short")},
        {"auth": "not base64 !"},
    ],
)
def test_what_no_browser_would_say_is_refused(sink: PushSink, wrong: dict[str, str]) -> None:
    device = Receiver()
    values = {"endpoint": f"{sink.origin}/a", "p256dh": device.p256dh, "auth": encode(device.auth), **wrong}
    answer = _signed_in(ProfileFactory().user).post("/me/notices/push/subscribe/", values)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_subscription")
    assert PushSubscription.objects.count() == 0


def test_person_has_at_most_ten_browsers(sink: PushSink) -> None:
    person = UserFactory()
    for number in range(MOST_BROWSERS + 2):
        subscribed(person, sink, Receiver(), f"/{number}")
    kept = set(PushSubscription.objects.values_list("endpoint", flat=True))
    assert len(kept) == MOST_BROWSERS
    assert f"{sink.origin}/0" not in kept


def test_strangers_and_applicants_cannot_subscribe() -> None:
    assert Client().post("/me/notices/push/subscribe/").status_code == 302
    assert _signed_in(UserFactory(status="applicant")).post("/me/notices/push/subscribe/").status_code == 404
    assert _signed_in(UserFactory()).get("/me/notices/push/subscribe/").status_code == 405
