"""Web push: who we are (VAPID, RFC 8292), what only the browser can read (RFC 8291, aes128gcm), and the request itself.

An address to push to comes from a browser, so it could be anything: only https on its usual port, and only to hosts whose every
address is public, decided by the very address that is then connected to.
"""

import base64
import http.client
import ipaddress
import json
import os
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_CURVE = ec.SECP256R1()
_RECORD = 4096
_SECONDS_TO_ANSWER = 10
_SECONDS_SIGNED = 12 * 3600
_KEY_FILE = "vapid-private-key"


class BadEndpoint(ValueError):
    """Not an address we push to."""


class BadKeys(ValueError):
    """Not the keys of a browser."""


# --- Who we are -------------------------------------------------------------------------------------------------------


def public_key() -> str:
    """What a browser needs to subscribe to us, base64url."""
    return encode(_point(vapid_key().public_key()))


def vapid_key() -> ec.EllipticCurvePrivateKey:
    """The key from `VAPID_PRIVATE_KEY`, else the one under DATA_DIR, which is made once: a new one loses every subscription."""
    given = settings.VAPID_PRIVATE_KEY or _key_on_disk()
    return ec.derive_private_key(int.from_bytes(decode(given), "big"), _CURVE)


def new_key() -> str:
    """A new private key, base64url."""
    return encode(ec.generate_private_key(_CURVE).private_numbers().private_value.to_bytes(32, "big"))


def _key_on_disk() -> str:
    file = Path(settings.DATA_DIR) / _KEY_FILE
    if not file.exists():
        # Written beside and linked into place: of two processes that begin at once one wins, and both read its key.
        own = file.with_name(f"{_KEY_FILE}.{os.getpid()}")
        own.touch(mode=0o600)
        own.write_text(new_key())
        try:
            os.link(own, file)
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return file.read_text().strip()


def authorization(endpoint: str, now: float | None = None) -> str:
    """The `Authorization` header for a push to this endpoint."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(now or time.time()) + _SECONDS_SIGNED,
        "sub": settings.SITE_URL if settings.SITE_URL.startswith("https://") else "mailto:network@example.org",
    }
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    key = vapid_key()
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={encode(_point(key.public_key()))}"


def _json(value: Mapping[str, object]) -> str:
    return encode(json.dumps(value, separators=(",", ":")).encode())


# --- What only the browser can read -----------------------------------------------------------------------------------


def ensure_keys(p256dh: str, auth: str) -> None:
    """Raises `BadKeys` when these cannot be a browser's."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, decode(p256dh))
        if len(decode(auth)) != 16:
            raise ValueError
    except ValueError as error:
        raise BadKeys from error


def encrypt(
    text: bytes, *, p256dh: str, auth: str, salt: bytes = b"", own_key: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """One record that only the browser with these keys can read. `salt` and `own_key` are new each time; tests give them."""
    salt = salt or os.urandom(16)
    own = own_key or ec.generate_private_key(_CURVE)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, decode(p256dh))
    own_point = _point(own.public_key())
    shared = own.exchange(ec.ECDH(), theirs)
    secret = _derive(shared, decode(auth), b"WebPush: info\0" + _point(theirs) + own_point, 32)
    key = _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + _RECORD.to_bytes(4, "big") + bytes([len(own_point)]) + own_point
    return header + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises `ValueError` for what is not base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


# --- The request ------------------------------------------------------------------------------------------------------


def ensure_endpoint(endpoint: str) -> None:
    """Raises `BadEndpoint` for what can be refused without asking anybody. `post` looks at the addresses behind the name."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError as error:
        raise BadEndpoint from error
    if _is_allowed_by_tests(endpoint):
        return
    host = parts.hostname or ""
    named = "." in host and not host.endswith((".local", ".internal", ".localhost")) and not _is_address(host)
    if parts.scheme != "https" or port not in (None, 443) or parts.username or parts.password or not named:
        raise BadEndpoint


def post(endpoint: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a push and return the status of the answer. Raises `BadEndpoint`, and `OSError` when nobody answers."""
    ensure_endpoint(endpoint)
    parts = urlsplit(endpoint)
    connection = _connection(endpoint, parts.hostname or "", parts.port)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path or "/", body=body, headers=dict(headers))
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError("the push service broke off") from error
    finally:
        connection.close()


def _connection(endpoint: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if _is_allowed_by_tests(endpoint):
        return http.client.HTTPConnection(host, port, timeout=_SECONDS_TO_ANSWER)
    return _PinnedConnection(_public_address(host), host)


class _PinnedConnection(http.client.HTTPSConnection):
    """TLS to an address that has been looked at, for a name: the name is not looked up a second time."""

    def __init__(self, address: str, host: str) -> None:
        super().__init__(host, 443, timeout=_SECONDS_TO_ANSWER, context=ssl.create_default_context())
        self._address = address
        self._tls = ssl.create_default_context()

    def connect(self) -> None:
        raw = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(raw, server_hostname=self.host)


def _public_address(host: str) -> str:
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    if not found or not all(is_public(address) for address in found):
        raise BadEndpoint
    return sorted(found)[0]


def is_public(address: str) -> bool:
    """Whether an address is of the open internet: not this machine, not our network, nor such an address in IPv6 clothes."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (inner is None or inner.is_global)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # "2130706433" and "0x7f.1" are addresses to a resolver.
        return host.replace(".", "").isdigit() or host.startswith("0x")
    return True


def _is_allowed_by_tests(endpoint: str) -> bool:
    return any(endpoint.startswith(f"{origin}/") for origin in settings.PUSH_TEST_ORIGINS)


@dataclass(frozen=True)
class Push:
    """What one push says."""

    title: str
    body: str
    url: str
    tag: str
    language: str

    def as_bytes(self) -> bytes:
        return json.dumps(
            {"title": self.title, "body": self.body[:500], "url": self.url, "tag": self.tag, "lang": self.language}
        ).encode()
