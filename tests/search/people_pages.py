"""What the tests of the search pages have in common: who asks, and what a page says."""

import re
from html import unescape

from django.test import Client

from profiles.models import Profile, User
from profiles.roles import Role
from tests.factories import ProfileFactory, RoleGrantFactory

# One role that acts for each audience.
ROLES = {"members": Role.MEMBER, "missions": Role.OFFICER, "partners": Role.COORDINATOR, "norec": Role.ADVISER}


def account(audience: str = "members") -> User:
    """Somebody who acts for this audience and is listed for nobody."""
    user: User = ProfileFactory(first_name="Reader", last_name=audience).user
    RoleGrantFactory(user=user, role=ROLES[audience])
    return user


def client_for(user: User | None = None, *, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if user is not None:
        client.force_login(user)
    return client


def page(client: Client, address: str = "/people/", status: int = 200) -> str:
    """The page at an address, as text."""
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def main_of(html: str) -> str:
    """The page without header and footer."""
    return html[html.index("<main") : html.index("</main>")]


def heading(html: str) -> str:
    found = re.search(r'<h2 id="results"[^>]*>(.*?)</h2>', html)
    assert found is not None
    return unescape(found[1])


def names_on(html: str) -> list[str]:
    """Names on cards, in order, without marks."""
    found = re.findall(r"<h[23]><a href=\"/people/[^\"]+\">(.*?)</a>", html)
    return [unescape(re.sub(r"</?mark>", "", name)) for name in found]


def counts_of(html: str, facet: str) -> dict[str, int]:
    """The options of a facet with their numbers."""
    found = re.findall(rf'name="{facet}" value="([^"]+)".*?<span class="nw-num nw-sm">(\d+)<', html)
    return {value: int(count) for value, count in found}


def member(name: str, *audiences: str, **fields: object) -> Profile:
    """A member called `name` who shows everything to these audiences (members, if none is given)."""
    first, _, last = name.partition(" ")
    return ProfileFactory(first_name=first, last_name=last, shown_to=list(audiences or ("members",)), **fields)
