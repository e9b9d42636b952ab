"""What the layouts need: links, panels, the choice of language and of capacity."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from alumni_site.core.languages import LANGUAGE_NAMES
from alumni_site.core.navigation import Link, Place, links_for
from alumni_site.core.panels import PanelPlace, panels_for
from alumni_site.core.templatetags.components import avatar

register = template.Library()


class _Nobody:
    """Stands in for the viewer where there is none: error pages that answer before the viewer is known."""

    is_signed_in = False
    is_norec = False
    user = None
    capacity = None
    capacities: tuple[Any, ...] = ()


@register.simple_tag(takes_context=True)
def viewer_of_page(context: Mapping[str, Any]) -> Any:
    """`request.viewer`, or nobody when the page has none."""
    return getattr(context.get("request"), "viewer", None) or _Nobody()


@register.simple_tag(takes_context=True)
def links(context: Mapping[str, Any], place: str, counted: bool = True) -> list[Link]:
    """The registered links of one place for this viewer, with what waits behind each unless `counted=False`."""
    return links_for(Place(place), viewer_of_page(context), counted=counted)


@register.simple_tag(takes_context=True)
def current(context: Mapping[str, Any], url: str) -> str:
    """`aria-current` for a link of a menu: "page" on the very page, "true" on those below it, else nothing."""
    path = getattr(context.get("request"), "path", "")
    if path == url:
        return mark_safe('aria-current="page"')
    return mark_safe('aria-current="true"') if url != "/" and path.startswith(url) else ""


@register.simple_tag(takes_context=True)
def anchors(context: Mapping[str, Any], links: Iterable[Link]) -> SafeString:
    """The links as `<a>` with the present one marked and the number of what waits, for a menu that stands on a page twice."""
    return format_html_join(
        "", '<a href="{}" {}>{}{}</a>', ((each.url, current(context, each.url), each.label, _waiting(each)) for each in links)
    )


def _waiting(link: Link) -> SafeString:
    return render_to_string("components/count.html", {"count": link.count}) if link.count else mark_safe("")


@register.simple_tag(takes_context=True)
def panels(context: Mapping[str, Any], place: str) -> SafeString:
    """All panels of one place that have something to show this viewer."""
    viewer = viewer_of_page(context)
    request = context.get("request")
    shown = panels_for(PanelPlace(place), viewer)
    parts = [render_to_string(panel.template, {"viewer": viewer, "panel": panel, **loaded}, request) for panel, loaded in shown]
    return mark_safe("\n".join(parts))


@register.inclusion_tag("components/htmx.html")
def htmx() -> dict[str, Any]:
    """htmx 2, set up for our content policy. For the pages that use it: it weighs 16 KB."""
    return {}


@register.simple_tag(takes_context=True)
def language_choice(context: Mapping[str, Any], css: str = "", others_only: bool = False, label: str = "") -> SafeString:
    """Buttons that change the language of the network and come back to this page.

    Signed out it is a GET form that only sets a cookie, so that public pages need no CSRF cookie; signed in it is a POST
    that saves the choice with the account. Two on one page want different labels.
    """
    now = get_language()
    request = context.get("request")
    shown = {
        "languages": [(code, name, code == now) for code, name in LANGUAGE_NAMES.items() if not (others_only and code == now)],
        "css": css,
        "label": label or gettext("Language"),
        "saves": viewer_of_page(context).is_signed_in,
        "next": request.get_full_path() if request and request.method in ("GET", "HEAD") else "",
        "csrf_token": context.get("csrf_token"),
    }
    return render_to_string("components/language_choice.html", shown)


@register.simple_tag(takes_context=True)
def capacity_choice(context: Mapping[str, Any]) -> SafeString:
    """The capacities of a person who has several, with the present one marked: one button each."""
    viewer = viewer_of_page(context)
    several = len(viewer.capacities) > 1
    try:
        address = reverse("choose_capacity") if several else ""
    except NoReverseMatch:
        address = ""
    shown = {
        "address": address,
        "capacities": viewer.capacities,
        "present": viewer.capacity,
        "csrf_token": context.get("csrf_token"),
    }
    return render_to_string("components/capacity_choice.html", shown)


@register.simple_tag(takes_context=True)
def sign_out_form(context: Mapping[str, Any]) -> SafeString:
    """The button that signs out: a POST, so that no link and no picture can do it."""
    try:
        address = reverse("account_logout")
    except NoReverseMatch:
        address = ""
    shown = {"address": address, "csrf_token": context.get("csrf_token")}
    return render_to_string("components/sign_out_form.html", shown)


@register.simple_tag
def own_avatar(viewer: Any) -> SafeString:
    """The reader's own avatar, in the same colour as others see it."""
    profile = getattr(viewer.user, "profile", None)
    return avatar(profile or viewer.user, size="s", name=own_name(viewer))


@register.simple_tag
def own_label(viewer: Any) -> str:
    """What stands beside the reader's own avatar: their first name, or whom they are here for."""
    organisation = getattr(viewer.capacity, "organisation", None)
    return organisation.name if organisation else own_name(viewer).split(" ")[0]


def own_name(viewer: Any) -> str:
    """The reader's own name, or what stands before the @ of their address while they have not given one."""
    return viewer.user.get_full_name() or viewer.user.email.split("@")[0]
