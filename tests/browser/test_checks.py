"""The eye that looks at every page: what it has passed it does not ask axe again, and whatever is new it does."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import checks
from tests.browser.checks import Eye

SOUND = """<html lang="en"><head><title>Choices – Network</title>
<style>button {{ width: {size}px; height: {size}px }} .bar {{ color: {colour} }}
.box {{ height: 40px; overflow: {overflow} }}</style>
</head><body><nav aria-label="{first}">One</nav><nav aria-labelledby="second"><b id="second">{second}</b></nav>
<main><h1>{words}</h1><p class="bar">{words} too</p><button>{button}</button><button>Other</button>
<img src="data:," alt="{alt}">
<p><a href="/map/">Map <img src="data:," alt="{linked}"></a></p>
<p><label for="{label}">{one}</label> <input id="{one}"> <label for="{other}">{other}</label> <input id="{other}"></p>
<div class="box"><p>{long}</p></div></main></body></html>"""
FINE = {
    "first": "Pages",
    "second": "Languages",
    "words": "Choose",
    "button": "Go",
    "alt": "A map",
    "linked": "of the world",
    "label": "health",
    "one": "health",
    "other": "water",
    "size": 80,
    "colour": "black",
    "overflow": "visible",
    "long": "Long. " * 5,
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Grows each time axe itself is asked."""
    times: list[bool] = []
    ask = checks.axe_problems

    def counted(*arguments: object, **named: object) -> list[str]:
        times.append(True)
        return ask(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(checks, "axe_problems", counted)
    return times


def look(eye: Eye, page: Page, **changes: object) -> list[str]:
    page.set_content(SOUND.format(**{**FINE, **changes}))
    return eye.problems(page)


def test_the_same_page_in_other_words_is_passed_unasked(page: Page, asked: list[bool]) -> None:
    eye = Eye()
    assert look(eye, page) == []
    times = len(asked)
    assert times
    assert look(eye, page, words="Vel", button="Gå", alt="Eit kart", long="Langt. " * 5) == []
    # Sorted in that language, and with a word that stands elsewhere too.
    assert look(eye, page, label="water", one="water", other="health", button="Other") == []
    assert len(asked) == times


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"button": ""}, "button-name"),
        ({"words": ""}, "empty-heading"),
        ({"alt": " "}, "image-alt"),
        ({"linked": "map"}, "image-redundant-alt"),
        ({"first": "Languages"}, "landmark-unique"),
        ({"label": "water"}, "label"),
        ({"size": 9}, "target-size"),
        ({"colour": "#ccc"}, "color-contrast"),
        ({"overflow": "auto", "long": "Long.<br>" * 50}, "scrollable-region-focusable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_new_is_found_after_the_sound_page_was_passed(page: Page, change: dict[str, object], rule: str) -> None:
    eye = Eye()
    assert look(eye, page) == []
    assert any(f"axe {rule}:" in problem for problem in look(eye, page, **change))
    # What has a fault is not remembered as sound.
    assert any(f"axe {rule}:" in problem for problem in look(eye, page, **change))
