"""A process that serves pages looks for garbage seldom, whichever server it is under."""

import gc
import importlib
from collections.abc import Iterator

import pytest

from alumni_site.core.garbage import OBJECTS_BETWEEN


@pytest.fixture
def as_python_begins() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    yield
    gc.freeze()
    gc.set_threshold(*thresholds)


@pytest.mark.parametrize("server", ["alumni_site.asgi", "alumni_site.wsgi"])
def test_what_is_loaded_at_the_start_is_not_looked_through_again(as_python_begins: None, server: str) -> None:
    importlib.reload(importlib.import_module(server))
    assert gc.get_threshold()[0] == OBJECTS_BETWEEN
    assert gc.get_freeze_count() > 100_000
