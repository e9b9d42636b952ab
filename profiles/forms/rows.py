"""Sections that are a list: rows that can be added and removed by buttons, with or without JavaScript."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from profiles.forms.editors import Editor
from profiles.models import Profile
from profiles.sections import Values

_ADD = "add"
_REMOVE = "remove-"
Row = dict[str, Any]


class AddForm(forms.Form):
    """What a new row is made of. A subclass says which rows come of it."""

    use_required_attribute = False

    def rows(self) -> list[Row]:
        """New rows, from cleaned data; none when nothing was filled in."""
        raise NotImplementedError

    nothing_chosen: ClassVar[Any] = ""


class RowsEditor(Editor):
    """A list of rows, and a small form that adds one. Nothing is saved before "Save"."""

    row_form: ClassVar[type[forms.Form]]
    add_form: ClassVar[type[AddForm]]
    most: ClassVar[int]
    # The field that tells rows apart.
    key: ClassVar[str]

    def __init__(self, profile: Profile, *, values: Values, data: Mapping[str, Any] | None = None) -> None:
        self.profile = profile
        self._formset_class = forms.formset_factory(
            self.row_form, extra=0, max_num=self.most, absolute_max=2 * self.most, validate_max=True
        )
        self.added_row: int | None = None
        if data is None:
            self._fill(values["rows"])
            return
        self.rows = self._formset_class(data, prefix="row", form_kwargs=self.row_kwargs())
        self.adding = self.add_form(data, prefix="new", **self.add_kwargs())

    def row_kwargs(self) -> dict[str, Any]:
        return {}

    def add_kwargs(self) -> dict[str, Any]:
        return {}

    def press(self, button: str) -> bool:
        if button == _ADD:
            self._add()
            return True
        number = button.removeprefix(_REMOVE)
        if button.startswith(_REMOVE) and number.isdigit():
            rows = self._raw_rows()
            self._fill(rows[: int(number)] + rows[int(number) + 1 :], adding=_raw(self.adding))
            return True
        return False

    def is_valid(self) -> bool:
        both = [self.rows.is_valid(), self.adding.is_valid()]
        if both[1] and len(self.rows.forms) + len(self.adding.rows()) > self.most:
            self.add_error(_("There is room for %(count)s at most. Remove one first.") % {"count": self.most})
            return False
        return all(both)

    def values(self) -> Values:
        """The rows in their order, and what was filled in below them but not added by its own button."""
        rows: dict[Any, Row] = {}
        for row in [*(form.cleaned_data for form in self.rows.forms), *self.adding.rows()]:
            rows.setdefault(self.identity(row), row)
        return {"rows": list(rows.values())}

    def identity(self, row: Row) -> Any:
        return row[self.key]

    @property
    def forms(self) -> Sequence[forms.BaseForm]:
        return [self.adding, *self.rows.forms]

    def _add(self) -> None:
        if not self.adding.is_valid():
            return
        rows, new = self._raw_rows(), self.adding.rows()
        known = {self.identity(row) for row in rows}
        if not new:
            self.adding.add_error(None, str(self.adding.nothing_chosen))
        elif any(self.identity(row) in known for row in new):
            self.adding.add_error(None, _("You have this already."))
        elif len(rows) + len(new) > self.most:
            self.add_error(_("There is room for %(count)s at most. Remove one first.") % {"count": self.most})
        else:
            self._fill([*rows, *new])
            self.added_row = len(rows)

    def _fill(self, rows: list[Row], adding: Row | None = None) -> None:
        self.rows = self._formset_class(initial=rows, prefix="row", form_kwargs=self.row_kwargs())
        self.adding = self.add_form(initial=adding, prefix="new", **self.add_kwargs())

    def _raw_rows(self) -> list[Row]:
        """The rows as they were sent, mistakes included: adding one more must not lose them."""
        return [_raw(form) for form in self.rows.forms]


def _raw(form: forms.Form) -> Row:
    return {name: form[name].value() for name in form.fields}
