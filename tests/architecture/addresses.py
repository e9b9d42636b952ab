"""Every address of the site, filled in with what belongs to one person."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver

from notifications.unsubscribing import DIGEST, stop_address
from profiles.photos import PHOTO_SIZES
from profiles.sections import SECTIONS_BY_KEY
from tests.architecture.canaries import Canary

# Other people's apps: their addresses are visited where they take no arguments. What could show a person there is tested apart.
NOT_OURS = ("cms/", "^cms/", "documents/", "_util/", "accounts/")
# An address whose purpose is to fail.
_FAILS = "wagtailadmin_error_test"


class UnknownArgument(LookupError):
    """An address takes something this test cannot fill in yet."""


@dataclass(frozen=True)
class Address:
    name: str
    path: str


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with the text of all patterns above it."""
    for entry in (resolver or get_resolver()).url_patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, text)
        else:
            yield text, entry


def candidates(canary: Canary) -> dict[str, list[str]]:
    """What may stand for an argument, by its name: things of this person, so that an address that leaks is asked for them."""
    profile = canary.profile
    exchange = profile.exchanges.get()
    correction = profile.correction_requests.get()
    things = [profile, profile.user, exchange, correction, profile.user.role_grants.get(), exchange.host_organisation]
    return {
        "uuid": [str(thing.uuid) for thing in things],
        "grant": [str(profile.user.role_grants.get().uuid)],
        "size": list(PHOTO_SIZES)[:1],
        "key": list(SECTIONS_BY_KEY)[:1],
        "kind": ["skill"],
        "code": [canary.words["skills"][0]],
        "name": [profile.photo.name],
        "language": ["nn"],
        "token": [stop_address(profile.user, DIGEST).rstrip("/").rsplit("/", 1)[1]],
    }


def addresses(canary: Canary) -> list[Address]:
    """Every address there is for this person. Raises `UnknownArgument` for one that takes what `candidates` does not know."""
    known = candidates(canary)
    found = []
    for text, pattern in patterns():
        arguments = list(pattern.pattern.converters)
        if text.startswith(NOT_OURS) or text.startswith("^"):
            if not pattern.pattern.regex.groups and "^" not in text and "(" not in text and pattern.name != _FAILS:
                found.append(Address(pattern.name or text, f"/{text}"))
            continue
        unknown = [name for name in arguments if name not in known]
        if unknown:
            raise UnknownArgument(f"{text} takes {unknown}: tell tests/architecture/addresses.py what may stand there")
        for values in product(*(known[name] for name in arguments)):
            path = text
            for name, value in zip(arguments, values, strict=True):
                path = path.replace(f"<{_converter(path, name)}{name}>", value)
            found.append(Address(pattern.name or text, f"/{path}"))
    return found


def _converter(path: str, name: str) -> str:
    """The kind of an argument as it stands before its name: "uuid:" of "<uuid:uuid>"."""
    before = path.split(f"{name}>", 1)[0]
    return before.rsplit("<", 1)[-1]
