"""The pages the network starts with. Made once, when there is no front page; from then on they are the editors'."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Locale, Page, Site

from alumni_site.home.models import HomePage, StandardPage

_TEXTS = Path(__file__).parent / "texts"
_LANGUAGES = ("nn", "nb", "en")


@dataclass(frozen=True)
class StartPage:
    """A standard page to begin with; its text is in texts/<slug>.<language>.html."""

    slug: str
    linked_from: str
    titles: dict[str, str]
    leads: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """The fields of the page."""
        texts: dict[str, str] = {}
        for language in _LANGUAGES:
            texts[f"title_{language}"] = self.titles[language]
            texts[f"lead_{language}"] = self.leads.get(language, "")
            texts[f"body_{language}"] = (_TEXTS / f"{self.slug}.{language}.html").read_text(encoding="utf-8")
        return {"title": self.titles["nb"], "slug": self.slug, "linked_from": self.linked_from, **texts}


START_PAGES = (
    StartPage(
        "about",
        StandardPage.Where.MAIN,
        {"nn": "Om nettverket", "nb": "Om nettverket", "en": "About"},
        {
            "nn": "Folk som har vore på utveksling, og dei som treng det dei kan.",
            "nb": "Folk som har vært på utveksling, og de som trenger det de kan.",
            "en": "People who have been on exchange, and those who need what they know.",
        },
    ),
    StartPage(
        "help",
        StandardPage.Where.HELP,
        {"nn": "Hjelp og kontakt", "nb": "Hjelp og kontakt", "en": "Help and contact"},
        {
            "nn": "Det folk oftast spør om, og kven du kan spørje.",
            "nb": "Det folk oftest spør om, og hvem du kan spørre.",
            "en": "What people ask most often, and whom you can ask.",
        },
    ),
    StartPage(
        "conduct",
        StandardPage.Where.HELP,
        {"nn": "Korleis vi er mot kvarandre", "nb": "Hvordan vi er mot hverandre", "en": "How we treat each other"},
        {
            "nn": "Alle bidreg, alle får noko att, og ingen skal vere redd.",
            "nb": "Alle bidrar, alle får noe igjen, og ingen skal være redd.",
            "en": "Everyone contributes, everyone benefits, and nobody has to be afraid.",
        },
    ),
    StartPage(
        "privacy",
        StandardPage.Where.RIGHTS,
        {
            "nn": "Personvern: kva vi har, og kvifor",
            "nb": "Personvern: hva vi har, og hvorfor",
            "en": "Privacy: what we keep and why",
        },
        {
            "nn": "Du avgjer kven som ser deg. Her står resten.",
            "nb": "Du bestemmer hvem som ser deg. Her står resten.",
            "en": "You decide who sees you. Here is the rest.",
        },
    ),
    StartPage(
        "accessibility",
        StandardPage.Where.RIGHTS,
        {
            "nn": "Tilgjengeerklæring",
            "nb": "Tilgjengelighetserklæring",
            "en": "Accessibility statement",
        },
    ),
)


@transaction.atomic
def create_start_pages() -> bool:
    """Make the front page and the standard pages, unless there is a front page. Returns whether it made them.

    Takes the place of the welcome page that Wagtail makes for itself.
    """
    if HomePage.objects.exists():
        return False
    root = Page.get_first_root_node() or _create_root()
    for welcome in root.get_children().filter(slug="home", content_type__model="page"):
        Site.objects.filter(root_page=welcome).delete()
        welcome.delete()
        root = Page.objects.get(pk=root.pk)
    home = root.add_child(instance=HomePage(title="Norec Network", slug="home"))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    for position, page in enumerate(START_PAGES, start=1):
        home.add_child(instance=StandardPage(**page.values(), order=10 * position))
    return True


def _create_root() -> Page:
    """The root that Wagtail's migrations make: gone after a test has emptied the database."""
    Locale.objects.get_or_create(language_code="en")
    return Page.add_root(instance=Page(title="Root", slug="root"))
