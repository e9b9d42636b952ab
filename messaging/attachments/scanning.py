"""Asks a virus scanner that speaks ClamAV's protocol (INSTREAM), where one is set up: `CLAMAV_URL`.

Source: clamd(8), "INSTREAM": pieces with their length before them as four bytes, an empty one last, then one line of answer.
"""

import socket
import struct
from contextlib import closing
from urllib.parse import urlsplit

from django.conf import settings

from messaging.attachments.problems import Refused

_PIECE = 64 * 1024
_SECONDS = 30.0


class ScannerUnreachable(Exception):
    """No answer, or none we understand. Nothing is known of the file, so nobody gets it."""


def scan(content: bytes) -> None:
    """Ask whether there is a virus in it. Does nothing where no scanner is set up.

    Raises `Refused` with the code "virus", and `ScannerUnreachable`.
    """
    if not settings.CLAMAV_URL:
        return
    try:
        answer = _ask(settings.CLAMAV_URL, content)
    except (OSError, ValueError) as error:
        raise ScannerUnreachable from error
    if answer.endswith("FOUND"):
        raise Refused("virus")
    if answer != "stream: OK":
        # "INSTREAM size limit exceeded" and other errors: the scanner has not seen all of it.
        raise ScannerUnreachable(answer[:80])


def _ask(address: str, content: bytes) -> str:
    with closing(_connected(address)) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            scanner.sendall(struct.pack("!I", len(piece)) + piece)
        scanner.sendall(struct.pack("!I", 0))
        answer = bytearray()
        while not answer.endswith(b"\0") and len(answer) < 1024 and (more := scanner.recv(1024)):
            answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected(address: str) -> socket.socket:
    """A connection to tcp://host:port or unix:///path."""
    parts = urlsplit(address)
    if parts.scheme == "unix":
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(_SECONDS)
        try:
            scanner.connect(parts.path)
        except OSError:
            scanner.close()
            raise
        return scanner
    if parts.scheme != "tcp" or not parts.hostname:
        raise ValueError("CLAMAV_URL must be tcp://host:port or unix:///path")
    return socket.create_connection((parts.hostname, parts.port or 3310), timeout=_SECONDS)
