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
# Both at once: each question to a page costs as much as its answer.
_LOOK = "(only) => [{}]".format(", ".join(f"({(_HERE / name).read_text()})(only)" for name in ("colours.js", "skeleton.js")))


class Eye:
    """Axe, asked for nothing twice: what it has passed on one page it passes on the next that is made of the same.

    Its rules read either how texts are coloured or what a page is made of (see colours.js and skeleton.js), and a page in three
    languages, in light and in dark, has mostly the same of both. What is new is always asked for.
    """

    def __init__(self) -> None:
        self._colours: set[str] = set()
        self._skeletons: set[str] = set()

    def problems(self, page: Page, *, only: str = "", rules_off: Iterable[str] = ()) -> list[str]:
        """What axe finds on the page, or in the part `only`, in light and in dark: rule and place, one line each."""
        off = set(rules_off)
        page.emulate_media(color_scheme="light")
        found = self._look(page, only, off)
        page.emulate_media(color_scheme="dark")
        return found + [f"dark {problem}" for problem in self._look(page, only, off)]

    def _look(self, page: Page, only: str, off: set[str]) -> list[str]:
        all_colours, all_parts = page.evaluate(_LOOK, only)
        colours, skeleton = set(all_colours), f"{only} {sorted(off)} {all_parts}"
        are_colours_known, is_skeleton_known = colours <= self._colours, skeleton in self._skeletons
        if are_colours_known and is_skeleton_known:
            return []
        if is_skeleton_known:
            found = axe_problems(page, only=only, rules=set(OF_COLOURS) - off)
        else:
            found = axe_problems(page, only=only, rules_off=off.union(OF_COLOURS) if are_colours_known else off)
        if not found:
            self._skeletons.add(skeleton)
            # A rule that is off has passed none.
            if not off.intersection(OF_COLOURS):
                self._colours |= colours
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
