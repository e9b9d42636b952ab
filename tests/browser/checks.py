"""What holds for every page, however it is looked at."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_OPTIONS: dict[str, Any] = {
    "runOnly": WCAG,
    "resultTypes": ["violations"],
    # axe leaves this one out unless asked, new as it is.
    "rules": {"target-size": {"enabled": True}},
    # No rule of ours reads style sheets or films, which axe would fetch again before each run.
    "preload": False,
}
# The rules among them that read colours. All others read what stands where.
OF_COLOURS = ("color-contrast", "link-in-text-block")

_HERE = Path(__file__).parent
_AXE = Axe().axe_script
_FRAME_OF_THE_PAGE = (_HERE / "frame.js").read_text()
_RUN_AXE = "([part, options]) => axe.run(part || document, options).then(({ violations }) => violations)"
_COLOURS = (_HERE / "colours.js").read_text()
_SHAPE = """() => [...document.querySelectorAll("body *")].map((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return element.checkVisibility({ visibilityProperty: true }) ? [x, y, width, height].map(Math.round).join() : "";
}).join(" ")"""


class Eye:
    """Axe, asked for nothing twice: a text of one colour on one ground that it has passed on a page, it passes on the next.

    Colours are half of its work, and a page in three languages has the same ones. What is new on a page is always asked for.
    """

    def __init__(self) -> None:
        self._passed: set[str] = set()

    def problems(self, page: Page, *, only: str = "", rules_off: Iterable[str] = ()) -> list[str]:
        """What axe finds on the page, or in the part `only`, in light and in dark: rule and place, one line each."""
        off = set(rules_off)
        page.emulate_media(color_scheme="light")
        in_light = page.evaluate(_SHAPE)
        found = self._look(page, only, off)
        page.emulate_media(color_scheme="dark")
        differs_in_colours_only = page.evaluate(_SHAPE) == in_light
        return found + [f"dark {problem}" for problem in self._look(page, only, off, colours_only=differs_in_colours_only)]

    def _look(self, page: Page, only: str, off: set[str], *, colours_only: bool = False) -> list[str]:
        colours = set(page.evaluate(_COLOURS))
        are_known = colours <= self._passed
        if colours_only and are_known:
            return []
        if colours_only:
            found = axe_problems(page, only=only, rules=set(OF_COLOURS) - off)
        else:
            found = axe_problems(page, only=only, rules_off=off.union(OF_COLOURS) if are_known else off)
        if not only and not any(f"axe {rule}:" in problem for problem in found for rule in OF_COLOURS):
            self._passed |= colours
        return found


def axe_problems(page: Page, *, only: str = "", rules_off: Iterable[str] = (), rules: Iterable[str] = ()) -> list[str]:
    """What axe finds on the page, or in the part `only`, as it stands now: rule and place, one line each.

    It asks for all rules of ours but `rules_off`, or for `rules` alone.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    chosen = {**AXE_OPTIONS["rules"], **{rule: {"enabled": False} for rule in rules_off}}
    options = {**AXE_OPTIONS, "runOnly": list(rules), "rules": {}} if rules else {**AXE_OPTIONS, "rules": chosen}
    found = page.evaluate(
        "([part, options]) => axe.run(part || document, options).then((all) => all.violations)", [only, options]
    )
    return [
        f"axe {rule['id']}: {node['target']} {node['html'][:120]} | {node['failureSummary'].splitlines()[-1].strip()[:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


def page_problems(page: Page, language: str) -> list[str]:
    """What is wrong with the frame: headings, language, title, order, width, pictures, ids."""
    return list(page.evaluate(_FRAME_OF_THE_PAGE, language))
