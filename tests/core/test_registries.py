"""Links and panels: apps fill them, pages show what is there, and nothing leads nowhere."""

from dataclasses import dataclass

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from alumni_site.core import navigation, panels
from alumni_site.core.navigation import (
    Link,
    NavigationItem,
    Place,
    links_for,
    norec,
    register_links,
    register_navigation,
    signed_in,
)
from alumni_site.core.panels import Panel, PanelPlace, panels_for, register_panel


@dataclass(frozen=True)
class SampleViewer:
    is_signed_in: bool = False
    is_norec: bool = False


@pytest.fixture
def _empty_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", [])
    monkeypatch.setattr(navigation, "_sources", {})
    monkeypatch.setattr(panels, "_panels", {})


@pytest.mark.usefixtures("_empty_registries")
def test_links_stand_in_their_order_for_those_they_are_for() -> None:
    register_navigation(NavigationItem(Place.MAIN, "Last", "choose_language", order=30))
    register_navigation(NavigationItem(Place.MAIN, "First", "healthz", order=10, shown_to=signed_in))
    register_navigation(NavigationItem(Place.STAFF, "Staff", "healthz", shown_to=norec))
    register_links(Place.MAIN, lambda: [Link("Page", "/page/")])
    assert [link.label for link in links_for(Place.MAIN, SampleViewer())] == ["Last", "Page"]
    assert [link.label for link in links_for(Place.MAIN, SampleViewer(is_signed_in=True))] == ["First", "Last", "Page"]
    assert links_for(Place.STAFF, SampleViewer(is_signed_in=True)) == []
    assert [link.url for link in links_for(Place.STAFF, SampleViewer(is_signed_in=True, is_norec=True))] == ["/healthz"]


@pytest.mark.usefixtures("_empty_registries")
def test_link_registered_twice_stands_once() -> None:
    register_navigation(NavigationItem(Place.MAIN, "Old", "healthz"))
    register_navigation(NavigationItem(Place.MAIN, "New", "healthz"))
    assert [link.label for link in links_for(Place.MAIN, SampleViewer())] == ["New"]


@pytest.mark.usefixtures("_empty_registries")
def test_link_counts_for_this_viewer() -> None:
    register_navigation(NavigationItem(Place.TOOLS, "News", "healthz", count=lambda viewer: 3 if viewer.is_signed_in else 0))
    assert links_for(Place.TOOLS, SampleViewer(is_signed_in=True))[0].count == 3
    assert links_for(Place.TOOLS, SampleViewer())[0].count == 0


def test_every_registered_link_has_an_address() -> None:
    for item in navigation._items:
        assert reverse(item.url_name).startswith("/")


@pytest.mark.usefixtures("_empty_registries")
def test_panel_with_nothing_to_show_is_not_there() -> None:
    register_panel(
        Panel("late", PanelPlace.FRONT, "components/stat.html", lambda viewer: {"label": "late", "value": 2}, order=20)
    )
    register_panel(
        Panel("early", PanelPlace.FRONT, "components/stat.html", lambda viewer: {"label": "early", "value": 1}, order=10)
    )
    register_panel(Panel("empty", PanelPlace.FRONT, "components/stat.html", lambda viewer: None))
    register_panel(Panel("elsewhere", PanelPlace.ME_MAIN, "components/stat.html", lambda viewer: {}))
    assert [panel.key for panel, _context in panels_for(PanelPlace.FRONT, SampleViewer())] == ["early", "late"]
    html = Template("{% load layout %}{% panels 'front' %}").render(Context({"request": RequestFactory().get("/")}))
    assert html.index("early") < html.index("late")


@pytest.mark.usefixtures("_empty_registries")
def test_panel_sees_the_viewer() -> None:
    seen: list[object] = []
    register_panel(Panel("mine", PanelPlace.FRONT, "components/stat.html", lambda viewer: seen.append(viewer)))
    request = RequestFactory().get("/")
    request.viewer = SampleViewer(is_signed_in=True)  # type: ignore[attr-defined]
    Template("{% load layout %}{% panels 'front' %}").render(Context({"request": request}))
    assert seen == [request.viewer]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_link_to_this_page_says_so(client: Client) -> None:
    html = client.get("/about/").content.decode()
    assert '<a href="/about/" aria-current="page">' in html
    assert '<a href="/about/" aria-current' not in client.get("/help/").content.decode()
