"""Links to the editors' pages, for the bar and the foot."""

from alumni_site.core.navigation import Link, Place
from alumni_site.home.models import StandardPage


def page_links(place: Place) -> list[Link]:
    """Published pages that are linked from this place, each with its name in the reader's language. One query."""
    pages = StandardPage.objects.live().filter(linked_from=place.value).order_by("order", "pk")
    return [Link(page.in_language("title"), page.url) for page in pages.defer("body_nn", "body_nb", "body_en") if page.url]
