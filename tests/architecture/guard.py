"""Finds, in source and templates, whatever reads a person without the disclosure gate."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("alumni_site", "profiles", "messaging", "search", "notifications", "privacy")

# What only `Profile` and `User` have. A `DisclosedProfile` has no such attribute, so whoever reads one bypasses the gate.
_PERSONAL_ATTRIBUTES = frozenset(
    {
        "profile",
        "email",
        "email_on_file",
        "first_name",
        "last_name",
        "chosen_name",
        "birth_year",
        "participant_id",
        "profile_skills",
        "get_full_name",
        "get_short_name",
    }
)
# Names of fields and relations as the ORM takes them, in words: values("profile__headline").
_PERSONAL_LOOKUP = re.compile(
    r"(^|__)(profile|profiles|email_on_file|chosen_name|first_name|last_name|birth_year|participant_id)(__|$)"
)
_ORM_CALLS = frozenset(
    {"values", "values_list", "annotate", "select_related", "prefetch_related", "only", "F", "OuterRef", "Prefetch", "order_by"}
)
# Frameworks that turn models into data by themselves.
_SERIALIZERS = frozenset({"rest_framework", "ninja", "graphene", "django.core.serializers", "tastypie"})

_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_VARIABLE = re.compile(r"(?<![\w.])([a-zA-Z_]\w*(?:\.\w+)*)")
_PERSONAL_VARIABLE = re.compile(
    r"(^|\.)(profile|user)(\.|$)|\.(email|email_on_file|first_name|last_name|chosen_name|get_full_name)$"
)


def source_files() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def template_files() -> Iterator[Path]:
    yield from sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt", ".xml", ".json"))


def reads_of_source(source: str) -> set[str]:
    """Each way in which this source reaches a person without the gate, as a short word."""
    reads: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        reads |= _imports(node) | _attributes(node) | _lookups(node)
    return reads


def _imports(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        found = (
            {"Profile"} if module.startswith("profiles.models") and any(a.name in ("Profile", "*") for a in node.names) else set()
        )
        return found | _serializer(module) | {f for a in node.names for f in _serializer(f"{module}.{a.name}")}
    if isinstance(node, ast.Import):
        return {found for alias in node.names for found in _serializer(alias.name)}
    return set()


def _serializer(module: str) -> set[str]:
    return {f"serializer {name}" for name in _SERIALIZERS if module == name or module.startswith(f"{name}.")}


def _attributes(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Attribute):
        if node.attr in _PERSONAL_ATTRIBUTES:
            return {f".{node.attr}"}
        # `models.Profile` is the class by another way.
        return {"Profile"} if node.attr == "Profile" else set()
    return set()


def _lookups(node: ast.AST) -> set[str]:
    if not isinstance(node, ast.Call):
        return set()
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
    if name == "get_model":
        return {"Profile"} if any(text.split(".")[-1].casefold() == "profile" for text in texts) else set()
    found = {text for text in texts if name in _ORM_CALLS and _PERSONAL_LOOKUP.search(text)}
    return {f'"{text}"' for text in found}


def reads_of_template(template: str) -> set[str]:
    """Variables of this template that are, or come from, a person who was not disclosed."""
    variables: set[str] = set()
    for match in _TAG.finditer(re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", template, flags=re.DOTALL)):
        inside = _STRING.sub(" ", match.group(1) or match.group(2))
        variables |= {found for found in _VARIABLE.findall(inside) if _PERSONAL_VARIABLE.search(found)}
    return variables
