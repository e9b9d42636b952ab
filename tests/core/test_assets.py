"""What pages load: our own host, one place, and no more than is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Mail is no page: it has its styles inside.
PAGES = [template for template in TEMPLATES if not {"email", "emails"} & set(template.parts)]
ICON = re.compile(r"""\{% icon ['"](\w+)['"]""")


def icon_list() -> set[str]:
    lines = (ROOT / "assets/icons.txt").read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    used = {name for template in TEMPLATES for name in ICON.findall(template.read_text())}
    assert used
    assert used <= icon_list()
    sprite = Path(str(finders.find("vendor/icons.svg"))).read_text()
    assert {name for name in icon_list() if f'<symbol id="{name}"' not in sprite} == set()


def test_every_static_file_that_a_template_names_is_there() -> None:
    pattern = re.compile(r"""\{% static ['"]([^'"{]+)['"]""")
    named = {name for template in TEMPLATES for name in pattern.findall(template.read_text())}
    assert {name for name in named if finders.find(name) is None} == set()


def test_built_sheets_hold_no_data_address_and_no_source_map() -> None:
    for name in ("vendor/designsystemet.css", "vendor/theme.css"):
        css = Path(str(finders.find(name))).read_text()
        assert "data:" not in css
        assert "sourceMappingURL" not in css


def test_sheets_ask_for_nothing_outside() -> None:
    for folder in (ROOT / "static/css", ROOT / "static_built/vendor"):
        for sheet in folder.glob("*.css"):
            for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text()):
                assert not address.startswith(("http", "//"))
                assert (sheet.parent / address).resolve().exists() or finders.find(f"vendor/{Path(address).name}")


@pytest.mark.parametrize("template", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_keep_to_the_content_policy(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style\b|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", text)


def test_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
