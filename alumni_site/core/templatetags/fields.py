"""Form fields with label, help and errors, tied together by explicit ids, and the summary of a form's errors."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString

register = template.Library()

_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "", variant: str = "", mark_optional: bool = True) -> dict[str, Any]:
    """One field of a form, whatever its widget.

    `label` replaces the form's own. `variant="outline"` draws radios and boxes as cards. `mark_optional=False` leaves out
    "optional": for forms where nothing must be filled in.
    """
    widget = bound.field.widget
    context = {
        "field": bound,
        "label": label or bound.label,
        "variant": variant,
        "optional": mark_optional and not bound.field.required,
        "described_by": described_by(bound),
    }
    if isinstance(widget, _GROUPS):
        return {**context, "kind": "group", "options": list(_options(bound))}
    context["input"] = _input(bound)
    if bound.is_hidden:
        return {**context, "kind": "hidden"}
    return {**context, "kind": "box" if isinstance(widget, forms.CheckboxInput) else "line"}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Any, *more_forms: Any) -> dict[str, Any]:
    """What is wrong with a form, or with several on one page, as links to the fields; it takes focus. Nothing when all is well.

    A formset, or a list of forms, may stand where a form may.
    """
    problems = []
    for each in _forms((form, *more_forms)):
        for name, errors in each.errors.items():
            bound = each[name] if name in each.fields else None
            label, target = (bound.label, _target(bound)) if bound else ("", "")
            problems += [{"label": label, "target": target, "text": text} for text in errors]
    return {"problems": problems}


def described_by(bound: BoundField) -> str:
    """Ids of the help text and the error of a field, for `aria-describedby`."""
    parts = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    return " ".join([*parts, f"{bound.auto_id}_error"] if bound.errors else parts)


def _input(bound: BoundField) -> SafeString:
    attributes: dict[str, str | bool] = {"class": f"ds-input {bound.field.widget.attrs.get('class', '')}".strip()}
    if described_by(bound):
        attributes["aria-describedby"] = described_by(bound)
    return bound.as_widget(attrs=attributes)


def _options(bound: BoundField) -> Any:
    """Each choice of a group: its input, the id for the label, and its words."""
    widget = bound.field.widget
    attributes = {"id": bound.auto_id, "class": "ds-input"}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    for data in widget.subwidgets(bound.html_name, bound.value(), attrs=attributes):
        data["wrap_label"] = False
        yield {"input": BoundWidget(widget, data, bound.form.renderer).tag(), "id": data["attrs"]["id"], "label": data["label"]}


def _target(bound: BoundField) -> str:
    """The id of what can take focus: for a group its first choice."""
    if isinstance(bound.field.widget, _GROUPS):
        first = next(iter(_options(bound)), None)
        return first["id"] if first else ""
    return bound.id_for_label or bound.auto_id


def _forms(forms_and_sets: tuple[Any, ...]) -> Any:
    for item in forms_and_sets:
        if isinstance(item, forms.BaseFormSet):
            yield from item.forms
        elif isinstance(item, list):
            yield from item
        elif item is not None:
            yield item
