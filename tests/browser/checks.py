"""What holds for every page, however it is looked at."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe leaves this one out unless asked, new as it is.
AXE_OPTIONS: dict[str, Any] = {
    "runOnly": WCAG,
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
_AXE = Axe()

_FRAME_OF_THE_PAGE = (Path(__file__).parent / "frame.js").read_text()


def axe_problems(page: Page, *, only: str = "", rules_off: Iterable[str] = ()) -> list[str]:
    """What axe finds on the page, or in the part `only`, as it stands now: rule and place, one line each."""
    rules = {**AXE_OPTIONS["rules"], **{rule: {"enabled": False} for rule in rules_off}}
    found = _AXE.run(page, only or None, {**AXE_OPTIONS, "rules": rules}).response["violations"]
    return [
        f"axe {rule['id']}: {node['target']} {node['html'][:120]} | {node['failureSummary'].splitlines()[-1].strip()[:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


def page_problems(page: Page, language: str) -> list[str]:
    """What is wrong with the frame: headings, language, title, order, width, pictures, ids."""
    return list(page.evaluate(_FRAME_OF_THE_PAGE, language))
