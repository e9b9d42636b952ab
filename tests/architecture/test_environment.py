"""Settings come from the environment, and `.env.example`, the operators' page and `compose.yaml` name every one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from tests.services.commands import ROOT
from tests.services.production import AT_SCALE, ONE_PROCESS

# Every package at the top, so that a new one is read too.
PACKAGES = sorted(file.parent.name for file in ROOT.glob("*/__init__.py") if file.parent.name != "tests")
# Read by tests and tools, not by the network.
NOT_OURS = {"PYTEST_XDIST_WORKER", "DJANGO_SETTINGS_MODULE"}
ONLY_COMPOSE = {"POSTGRES_PASSWORD", "SITE_HOST"}


def names_in_code() -> set[str]:
    """Every variable that the code reads: env.str("NAME"), env("NAME"), os.environ["NAME"], os.environ.get("NAME"), os.getenv."""
    found: set[str] = set()
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            found |= set(names_read(ast.parse(file.read_text())))
    return found - NOT_OURS


def names_read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            source, key = ast.unparse(node.func), node.args[0]
        elif isinstance(node, ast.Subscript):
            source, key = ast.unparse(node.value), node.slice
        else:
            continue
        reads = re.fullmatch(r"env(\.\w+)?|(os\.)?environ(\.\w+)?|os\.getenv", source)
        if reads and isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isupper():
            yield key.value


def names_in_example() -> list[str]:
    return re.findall(r"^#?([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), flags=re.M)


def test_the_scan_sees_every_way_of_reading() -> None:
    code = 'env.str("ONE"); env("TWO"); os.environ["THREE"]; os.environ.get("FOUR"); os.getenv("FIVE"); other("SIX")'
    assert set(names_read(ast.parse(code))) == {"ONE", "TWO", "THREE", "FOUR", "FIVE"}


def test_the_scan_reads_every_app() -> None:
    ours = {name for app in settings.INSTALLED_APPS if (ROOT / (name := app.partition(".")[0])).is_dir()}
    assert {"alumni_site", "profiles", "messaging"} <= ours <= set(PACKAGES)


def test_example_names_what_the_code_reads_and_nothing_else() -> None:
    names = names_in_example()
    assert len(names) == len(set(names))
    assert set(names) - ONLY_COMPOSE == names_in_code()


def test_operators_page_names_every_setting() -> None:
    page = (ROOT / "docs" / "operators.md").read_text()
    rows = re.findall(r"^\| `([A-Z0-9_]+)`", page, flags=re.M)
    assert sorted(rows) == sorted(names_in_example())


def compose() -> dict:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_compose_takes_only_settings_that_the_example_names() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    assert asked <= set(names_in_example())
    for service in compose()["services"].values():
        if service.get("image") == "norec-network":
            assert set(service["environment"]) <= names_in_code()


def test_compose_counts_its_processes() -> None:
    services = compose()["services"]
    ours = [name for name, service in services.items() if service.get("image") == "norec-network" and name != "migrate"]
    workers = re.search(r"--workers (\d+)", services["web"]["command"])
    assert workers is not None
    assert int(services["web"]["environment"]["PROCESSES"]) == len(ours) - 1 + int(workers[1])


def test_compose_runs_commands_that_there_are() -> None:
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    commands |= {path.stem for path in ROOT.glob("*/*/management/commands/*.py")} | {"migrate"}
    asked = re.findall(r"manage\.py ([a-z_]+)", (ROOT / "compose.yaml").read_text())
    assert set(asked) <= commands
    assert {"worker", "drain_index", "migrate"} <= set(asked)


def test_compose_pins_every_image_and_refers_only_to_what_is_there() -> None:
    content = compose()
    for name, service in content["services"].items():
        assert re.fullmatch(r"norec-network|[\w./-]+:[\w.-]+", service["image"]), name
        assert set(service.get("depends_on", {})) <= set(content["services"])
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in content["volumes"] or (ROOT / source).exists(), volume


def test_docker_image_takes_only_files_that_there_are() -> None:
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), line


@pytest.mark.parametrize("values", [ONE_PROCESS, AT_SCALE])
def test_production_examples_use_only_settings_that_there_are(values: dict[str, str]) -> None:
    assert set(values) - NOT_OURS <= names_in_code()


def test_no_path_of_a_machine_is_in_the_example() -> None:
    assert not re.search(r"/(home|root|Users)/", Path(ROOT / ".env.example").read_text())
