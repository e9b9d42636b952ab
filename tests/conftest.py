"""What holds for every test."""

import os
import shutil
from collections.abc import Generator, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from alumni_site.core.garbage import collect_less_often
from tests.indexing import search_index  # noqa: F401 - a fixture for every test
from tests.services.flushing import flush_quickly
from tests.services.migrated import migrated

IN_CI = os.environ.get("CI") == "true"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slow ones first, so that no worker is left with one of them while the others have nothing to do. Not in the browser's
    half: there those go first that need a database, before Playwright has a loop in which Django asks none. The Makefile's
    `--no-loadscope-reorder` keeps both.

    Tests of a real Elasticsearch are for where there is one: `make test-services`.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None or "browser" in item.path.parts)
    if os.environ.get("ELASTICSEARCH_URL"):
        return
    without = [item for item in items if item.get_closest_marker("elasticsearch")]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in set(without)]


def pytest_collection_finish(session: pytest.Session) -> None:
    """All is loaded now, and the tests are as quick as the servers are."""
    if getattr(session.config.option, "loadgroup", False):
        in_groups = [item for item in session.items if item.get_closest_marker("xdist_group")]
        # A version of pytest and one of xdist did not go together, and nobody noticed.
        assert all("@" in item.nodeid for item in in_groups), "Tests of a group are not kept together."
    collect_less_often()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that is skipped has failed: nothing is left out without anybody noticing."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI nothing is: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start from a copy of a migrated database; what pytest-django then migrates is next to nothing."""
    migrated().copy_as(connection.creation._get_test_db_name())


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Nearly a hundred tests commit, and what they leave must go."""
    with pytest.MonkeyPatch.context() as patch:
        flush_quickly(patch)
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Rate limits, sessions and the like of one test are nothing to the next."""
    yield
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def own_data_dir() -> Iterator[None]:
    """Remove what the tests wrote, see alumni_site/settings/test.py."""
    yield
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
