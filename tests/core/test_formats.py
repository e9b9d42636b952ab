"""Dates have the day first in every language, so that nobody reads 3 April as 4 March."""

from datetime import date

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [("en", "3 April 2026", "3 Apr 2026"), ("nn", "3. april 2026", "03.04.2026"), ("nb", "3. april 2026", "03.04.2026")],
)
def test_date_has_the_day_first(language: str, long: str, short: str) -> None:
    template = Template('{{ day|date:"DATE_FORMAT" }}|{{ day|date:"SHORT_DATE_FORMAT" }}')
    with translation.override(language):
        assert template.render(Context({"day": date(2026, 4, 3)})) == f"{long}|{short}"


@pytest.mark.parametrize("language", ["en", "nn", "nb"])
@pytest.mark.parametrize("written", ["2026-04-03", "03.04.2026", "03/04/2026"])
def test_date_is_read_day_first(language: str, written: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean(written) == date(2026, 4, 3)


def test_month_first_is_not_guessed() -> None:
    with translation.override("en"), pytest.raises(forms.ValidationError):
        forms.DateField().clean("04/23/2026")
