"""Registry of panels on the front page and on "my page". Apps fill it in `AppConfig.ready`; the pages know none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class PanelPlace(StrEnum):
    """Where a panel stands."""

    FRONT = "front"  # front page, one under another, the whole width
    ME_MAIN = "me_main"  # my page, the wide column: what waits, what comes
    ME_SIDE = "me_side"  # my page, the narrow column: how it stands


@dataclass(frozen=True)
class Panel:
    """`load` takes the viewer and returns what `template` needs, or None when there is nothing to show.

    The template gets `viewer`, `panel` and what `load` returned; it renders one `<section>` with an `h2`. Its ids start
    with `panel.key`, so that no two panels collide.
    """

    key: str
    place: PanelPlace
    template: str
    load: Callable[[Any], Mapping[str, Any] | None]
    order: int = 100


_panels: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    """Add a panel. A key stands once: registering it again replaces the panel."""
    _panels[panel.key] = panel


def panels_for(place: PanelPlace, viewer: Any) -> list[tuple[Panel, Mapping[str, Any]]]:
    """The panels of one place that have something to show this viewer, in their order, each with what it loaded."""
    wanted = sorted((panel for panel in _panels.values() if panel.place == place), key=lambda panel: panel.order)
    loaded = ((panel, panel.load(viewer)) for panel in wanted)
    return [(panel, context) for panel, context in loaded if context is not None]
