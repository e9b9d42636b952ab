"""After the quick flush every table is as it is after Django's own."""

import re
from collections import Counter

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Page, Site

from alumni_site.home.models import StandardPage
from tests.factories import ExchangeFactory, ProfileFactory
from tests.services.flushing import flush, flush_as_django_does, tables

pytestmark = pytest.mark.django_db(transaction=True)

_NUMBERS = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|\d+")
_CHANGED = {
    "auth_permission",
    "django_content_type",
    "home_standardpage",
    "profiles_exchange",
    "profiles_profile",
    "wagtailcore_page",
    "wagtailcore_site",
}


def change_much() -> None:
    """Something in tables that are empty after a flush, and in those that are not more, less and other than there was."""
    ExchangeFactory(profile=ProfileFactory(shown_to=["members"]))
    ContentType.objects.create(app_label="elsewhere", model="thing")
    Permission.objects.filter(codename__startswith="add_").delete()
    StandardPage.objects.filter(slug="about").update(title_en="Changed")
    Page.objects.get(slug="conduct").delete()
    Site.objects.update(hostname="elsewhere.example.org")


def everything() -> dict[str, list[tuple[object, ...]]]:
    """The rows of every table."""
    rows = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608 - our own tables
            rows[table] = cursor.fetchall()
    return rows


def without_numbers() -> dict[str, Counter[str]]:
    """The same but for keys and moments, which are others each time a row is made."""
    return {table: Counter(_NUMBERS.sub("#", " | ".join(map(str, row))) for row in rows) for table, rows in everything().items()}


def test_quick_flush_leaves_what_djangos_leaves() -> None:
    flush()  # Django's own where no test before this one has committed
    change_much()
    changed = without_numbers()
    flush()
    quick = without_numbers()
    change_much()
    flush_as_django_does()
    assert quick == without_numbers()
    assert {table for table in quick if quick[table] != changed[table]} >= _CHANGED
    assert all(quick[table] for table in _CHANGED if not table.startswith("profiles_"))


def test_quick_flush_brings_the_same_rows_back() -> None:
    flush()
    before = everything()
    change_much()
    assert {table for table, rows in everything().items() if rows != before[table]} >= _CHANGED
    flush()
    assert everything() == before
    connection.check_constraints()
    # What Django remembers of types is what there is, and what is new gets a number that nothing has.
    assert ContentType.objects.get_for_model(Page).pk in {row[0] for row in before["django_content_type"]}
    assert ContentType.objects.create(app_label="elsewhere", model="thing").pk > max(
        row[0] for row in before["django_content_type"]
    )
