"""No page is forgotten: every address is looked at in test_pages.py, or says why not."""

import re
from collections.abc import Iterable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from profiles.models import User
from profiles.roles import Role
from tests.browser.routes import FORMS_ONLY, NO_PAGE, ROUTES
from tests.factories import RoleGrantFactory, UserFactory

_ANYBODY = "00000000-0000-4000-8000-000000000000"


def _names(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """The name of every address, or its pattern where it has none. Wagtail's admin counts as one."""
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if address.lstrip("^").startswith("cms/"):
            yield "cms/"
        elif isinstance(pattern, URLPattern):
            yield pattern.name or address
        else:
            yield from _names(pattern.url_patterns, address)


def test_every_address_has_a_route_or_a_reason() -> None:
    addresses = set(_names(get_resolver("tests.browser.urls").url_patterns))
    assert addresses - {route.name for route in ROUTES} - NO_PAGE.keys() == set()


def test_no_entry_is_left_of_an_address_that_is_gone() -> None:
    addresses = set(_names(get_resolver("tests.browser.urls").url_patterns))
    assert ({route.name for route in ROUTES} | NO_PAGE.keys()) - addresses == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS_ONLY.split())
def test_address_for_forms_has_no_page(client: Client, name: str) -> None:
    adviser: User = UserFactory.create()
    RoleGrantFactory(user=adviser, role=Role.ADVISER)
    client.force_login(adviser)
    keys = re.findall(r"\((\w+)\)", str(get_resolver().reverse_dict.getlist(name)[0][0][0][0]).replace("%", ""))
    values = {"key": "about", "kind": "skill", "code": "solar-energy"}
    assert client.get(reverse(name, kwargs={key: values.get(key, _ANYBODY) for key in keys})).status_code == 405
