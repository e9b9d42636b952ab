"""What is installed is what was asked for: the pinned lists are in step with the short ones."""

import json
import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.services.commands import ROOT


def asked(name: str) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pinned(name: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", (ROOT / name).read_text(), flags=re.M)
    return {canonicalize_name(package): version for package, version in found}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_requirement_is_pinned_within_what_was_asked(name: str) -> None:
    versions = pinned(f"{name}.txt")
    for requirement in asked(f"{name}.in"):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not pinned: run make lock"
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} and {version}: run make lock"


def test_development_tools_are_pinned_to_the_same_versions() -> None:
    development, production = pinned("requirements-dev.txt"), pinned("requirements.txt")
    both = set(development) & set(production)
    assert {name: development[name] for name in both} == {name: production[name] for name in both}


def test_every_line_of_the_pinned_lists_is_exact() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.lstrip().startswith(("#", "-c")):
                assert "==" in line, f"{name}: {line}"


def test_npm_lock_is_that_of_package_json() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())
    assert locked["packages"][""].get("devDependencies", {}) == wanted["devDependencies"]
    for name, version in wanted["devDependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not exact"
        assert locked["packages"][f"node_modules/{name}"]["version"] == version
