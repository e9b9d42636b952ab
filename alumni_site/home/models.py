"""The front page and the standard pages: what Norec says about the network, in all three languages at once."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager

from alumni_site.home.figures import frequent_routes, network_figures

_LANGUAGES = ("nn", "nb", "en")
_IN_LANGUAGE = {"nn": _("In nynorsk"), "nb": _("In bokmål"), "en": _("In English")}
_BODY_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


def _panels(*names: str) -> list[Panel]:
    """One group of fields for each language."""
    return [
        MultiFieldPanel([FieldPanel(f"{name}_{language}") for name in names], heading=_IN_LANGUAGE[language])
        for language in _LANGUAGES
    ]


class InThreeLanguages(models.Model):
    """Has fields `name_nn`, `name_nb` and `name_en`, and says the one the reader reads."""

    class Meta:
        abstract = True

    def in_language(self, name: str, language: str | None = None) -> str:
        """The text of `name` in `language`, or else in the reader's."""
        return getattr(self, f"{name}_{language or get_language() or 'en'}")


class HomePage(InThreeLanguages, Page):  # noqa: DJ008 - Page has it
    """The front page. Its words come with the network; what is written here stands in their place, language by language."""

    hero_title_nn = models.CharField(_("title"), max_length=80, blank=True)
    hero_title_nb = models.CharField(_("title"), max_length=80, blank=True)
    hero_title_en = models.CharField(_("title"), max_length=80, blank=True)
    hero_lead_nn = models.TextField(_("text under the title"), max_length=400, blank=True)
    hero_lead_nb = models.TextField(_("text under the title"), max_length=400, blank=True)
    hero_lead_en = models.TextField(_("text under the title"), max_length=400, blank=True)

    objects: ClassVar[PageManager] = PageManager()

    template = "home/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    content_panels = [*Page.content_panels, *_panels("hero_title", "hero_lead")]

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "hero_title": self.in_language("hero_title"),
            "hero_lead": self.in_language("hero_lead"),
            "figures": network_figures(),
            "routes": frequent_routes(),
            "privacy_url": next((page.url for page in StandardPage.objects.live().filter(slug="privacy")), ""),
        }


class StandardPage(InThreeLanguages, Page):  # noqa: DJ008 - Page has it
    """A page that must always be there: privacy, accessibility, help. Every language must be filled in."""

    class Where(models.TextChoices):
        NOWHERE = "", _("Nowhere")
        MAIN = "main", _("In the bar at the top")
        HELP = "help", _("At the foot, under help")
        RIGHTS = "rights", _("At the foot, under rights")

    title_nn = models.CharField(_("title"), max_length=120)
    title_nb = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title"), max_length=120)
    lead_nn = models.TextField(_("introduction"), max_length=400, blank=True)
    lead_nb = models.TextField(_("introduction"), max_length=400, blank=True)
    lead_en = models.TextField(_("introduction"), max_length=400, blank=True)
    body_nn = RichTextField(_("text"), features=_BODY_FEATURES)
    body_nb = RichTextField(_("text"), features=_BODY_FEATURES)
    body_en = RichTextField(_("text"), features=_BODY_FEATURES)
    linked_from = models.CharField(_("linked from"), max_length=8, choices=Where, default=Where.NOWHERE, blank=True)
    order = models.PositiveSmallIntegerField(_("order among the links"), default=100)

    objects: ClassVar[PageManager] = PageManager()

    template = "home/standard_page.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    content_panels = [*Page.content_panels, *_panels("title", "lead", "body")]
    promote_panels = [*Page.promote_panels, MultiFieldPanel([FieldPanel("linked_from"), FieldPanel("order")], heading=_("Links"))]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "heading": self.in_language("title"),
            "lead": self.in_language("lead"),
            "body": self.in_language("body"),
        }
