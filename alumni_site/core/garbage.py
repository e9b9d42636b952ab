"""How often Python looks for garbage in a process that serves pages."""

import gc

# Objects made and not yet freed, before Python looks for circles among them. Its own 700 are less than one page makes.
OBJECTS_BETWEEN = 10_000


def collect_less_often() -> None:
    """Call once all is loaded: what is there now is never looked through again, and what pages make only now and then.

    A page makes a hundred thousand objects and hardly any circles; looking for those took a sixth of its time, see
    docs/decisions/quick-pages.md.
    Source: https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN, 10, 10)
