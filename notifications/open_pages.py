"""Pages that are open: they learn that the number beside the bell is another, over a line that a layer above has to them."""

from collections.abc import Callable, Iterable

Tell = Callable[[list[int]], None]

_tellers: list[Tell] = []


def register_line_to_pages(tell: Tell) -> None:
    """Declare a line to open pages. `tell` takes the keys of accounts, and reaches their pages after commit."""
    _tellers.append(tell)


def number_changed(accounts: Iterable[int]) -> None:
    """Tell the open pages of these accounts to ask how many notices wait: a number told would be old by then."""
    keys = sorted(set(accounts))
    for tell in _tellers if keys else ():
        tell(keys)
