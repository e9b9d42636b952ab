"""Nobody goes on an exchange under age: the one rule that imports and corrections share."""

from datetime import date

from django.utils import timezone

ADULT = 18


def year_under_age(birth_year: int | None, start: date | None, end: date | None) -> int | None:
    """The year in which somebody would have gone on this exchange under 18, else None.

    That is the year it starts; where only its end is known, that year; where neither is, this one.
    """
    year = (start or end or timezone.localdate()).year
    return year if birth_year is not None and year - birth_year < ADULT else None
