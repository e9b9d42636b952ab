"""The layers of docs/architecture.md, held by import-linter, and that it would see a breach."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.commands import ROOT

PACKAGES = ("profiles", "messaging", "search", "notifications", "privacy", "alumni_site")
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False)


def test_layers_are_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("lower", "upper"),
    [("alumni_site/core", "profiles"), ("profiles", "search"), ("privacy", "notifications"), ("search", "alumni_site.demo")],
)
def test_a_breach_would_be_seen(tmp_path: Path, lower: str, upper: str) -> None:
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    for layer in ("core", "home", "demo"):
        (tmp_path / "alumni_site" / layer).mkdir()
        (tmp_path / "alumni_site" / layer / "__init__.py").touch()
    for module in ("urls", "asgi", "wsgi", "routing"):
        (tmp_path / "alumni_site" / f"{module}.py").touch()
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    assert lint(tmp_path).returncode == 0
    (tmp_path / lower / "breach.py").write_text(f"import {upper}\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def test_the_core_knows_no_app() -> None:
    for file in (ROOT / "alumni_site" / "core").rglob("*.py"):
        text = file.read_text()
        for app in ("profiles", "messaging", "search", "notifications", "privacy"):
            assert f"from {app}" not in text, file
            assert f"import {app}" not in text, file
