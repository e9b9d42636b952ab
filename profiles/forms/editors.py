"""What every section of the profile editor can do, whatever its form looks like."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from profiles.models import Profile
from profiles.sections import Values

# The button that saves; buttons that only add or remove a row have other values.
SAVE = "save"


class Editor(ABC):
    """The form of one section: filled from stored `values`, or from `data` that somebody sent."""

    template: ClassVar[str]
    # Shown above the form, in the language of the page.
    lead: ClassVar[Any] = ""
    # The rows, where the section is a list.
    rows: Any = None

    @abstractmethod
    def __init__(self, profile: Profile, *, values: Values, data: Mapping[str, Any] | None = None) -> None: ...

    def press(self, button: str) -> bool:
        """Do what a button other than "Save" says, without saving. False when it is no such button."""
        return False

    @abstractmethod
    def is_valid(self) -> bool: ...

    @abstractmethod
    def values(self) -> Values:
        """What to save. Only after `is_valid()`."""

    @property
    @abstractmethod
    def forms(self) -> Sequence[forms.BaseForm]:
        """The forms whose errors the summary shows. The first takes errors that belong to none of its fields."""

    def add_error(self, words: str) -> None:
        self.forms[0].add_error(None, words)


class SectionForm(forms.Form):
    """A form whose fields are the values of the section. `profile` is the owner's."""

    use_required_attribute = False

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        self.profile = profile
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """For a form whose choices or help depend on the profile."""

    @classmethod
    def initial_for(cls, values: Values) -> dict[str, Any]:
        return values

    def values(self) -> Values:
        return {name: self.cleaned_data[name] for name in self.fields}


class FormEditor(Editor):
    """A section that is one plain form."""

    template = "profiles/edit/_fields.html"
    form_class: ClassVar[type[SectionForm]]

    def __init__(self, profile: Profile, *, values: Values, data: Mapping[str, Any] | None = None) -> None:
        initial = self.form_class.initial_for(values)
        self.form = self.form_class(data, initial=initial, profile=profile)

    def is_valid(self) -> bool:
        return self.form.is_valid()

    def values(self) -> Values:
        return self.form.values()

    @property
    def forms(self) -> Sequence[forms.BaseForm]:
        return [self.form]
