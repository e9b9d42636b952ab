"""What can be wrong with a file or with a row of it, in words: what is wrong, and what to do.

A problem is kept as a code with its values, so that each reader gets it in their own language.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alumni_site.core.countries import country_name
from alumni_site.core.errors import Invalid

_LONGEST_QUOTE = 80
_MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one row.

    `column` is our name of the column and `header` the file's own; both are empty when the row as a whole is wrong. `value`
    is what stands in the cell, `details` what the words below need.
    """

    code: str
    column: str = ""
    header: str = ""
    value: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The problem that `as_json` was called on."""
        return cls(**data)

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        return asdict(self)

    @property
    def wrong(self) -> str:
        """What is wrong, as a sentence without its full stop."""
        return str(_WORDS[self.code][0]) % self._values()

    @property
    def advice(self) -> str:
        """What to do about it, as a sentence."""
        if self.suggestions:
            return _did_you_mean(self.suggestions)
        return str(_WORDS[self.code][1]) % self._values()

    @property
    def text(self) -> str:
        """Both, for a file or a terminal: column, value, what is wrong, what to do."""
        where = f"{self.header}: " if self.header else ""
        return f"{where}{self.wrong}. {self.advice}"

    @property
    def suggestions(self) -> list[str]:
        """Codes of the countries that may have been meant."""
        return list(self.details.get("countries", []))

    def _values(self) -> dict[str, Any]:
        values = {"header": self.header, "value": _shortened(self.value), **self.details}
        if "lines" in self.details:
            values["lines"] = _lines(self.details["lines"])
        return values


class UnusableFile(Invalid):
    """The file as a whole cannot be used. `code` and `details` are kept, so that it can be said again in another language."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code=code)
        self.details = details

    def __str__(self) -> str:
        return unusable_text(self.code, self.details)


def unusable_text(code: str, details: Mapping[str, Any]) -> str:
    """Why a file cannot be used and what to do, in the reader's language."""
    values = {key: ", ".join(map(str, value)) if isinstance(value, list) else value for key, value in details.items()}
    return str(_UNUSABLE[code]) % values


def _did_you_mean(countries: list[str]) -> str:
    names = [country_name(code) for code in countries]
    if len(names) == 1:
        return _("Did you mean %(country)s?") % {"country": names[0]}
    return _("Which one do you mean: %(countries)s?") % {"countries": ", ".join(names)}


def _lines(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:_MOST_LINES])) + (" …" if len(lines) > _MOST_LINES else "")
    return ngettext("line %(lines)s", "lines %(lines)s", len(lines)) % {"lines": shown}


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST_QUOTE else f"{value[:_LONGEST_QUOTE]}…"


_FILL_IN = gettext_lazy("Fill it in, or take the row out.")
_FOUR_DIGITS = gettext_lazy("Write all four digits of the year, as in 1990.")
_DAY_FIRST = gettext_lazy("Write day, month and year, as in 31.12.2019, or 2019-12-31.")

_WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    # one cell
    "required": (gettext_lazy("This cell is empty"), _FILL_IN),
    "too_long": (gettext_lazy("“%(value)s” is longer than %(most)s signs"), gettext_lazy("Shorten it.")),
    "date_in_text": (
        gettext_lazy("The spreadsheet has made a date of this cell (%(value)s)"),
        gettext_lazy("Format the column as text and write the cell again."),
    ),
    "cell_error": (
        gettext_lazy("The spreadsheet shows an error here: %(value)s"),
        gettext_lazy("Mend the formula, or empty the cell."),
    ),
    "lost_letters": (
        gettext_lazy("Letters have been lost here: “%(value)s”"),
        gettext_lazy("Write the cell again, and save the file as XLSX or as CSV in UTF-8."),
    ),
    "control_signs": (
        gettext_lazy("There are signs here that cannot be shown: “%(value)s”"),
        gettext_lazy("Write the cell again."),
    ),
    "bad_email": (gettext_lazy("“%(value)s” is not an e-mail address"), gettext_lazy("Put it right, or empty the cell.")),
    "bad_year": (gettext_lazy("“%(value)s” is not a year"), _FOUR_DIGITS),
    "short_year": (gettext_lazy("The year “%(value)s” has two digits"), _FOUR_DIGITS),
    "early_year": (
        gettext_lazy("Nobody in the network was born in %(value)s"),
        gettext_lazy("Check the year. The earliest is 1920."),
    ),
    "bad_date": (gettext_lazy("“%(value)s” is not a date"), _DAY_FIRST),
    "no_such_day": (
        gettext_lazy("There is no day “%(value)s”"),
        gettext_lazy("Check the day and the month. The day comes first."),
    ),
    "short_year_in_date": (
        gettext_lazy("The year in “%(value)s” has two digits"),
        gettext_lazy("Write all four digits of the year, as in 31.12.2019."),
    ),
    "month_first": (
        gettext_lazy("“%(value)s” has no such month: the day comes first"),
        gettext_lazy("Did you mean %(turned)s? Then change all dates in the column."),
    ),
    "day_before_month": (
        gettext_lazy("“%(value)s” has no such month: after the year comes the month"),
        gettext_lazy("Did you mean %(turned)s? Then change all dates in the column."),
    ),
    "number_as_date": (
        gettext_lazy("“%(value)s” is a number, not a date"),
        gettext_lazy("Format the column as a date in the spreadsheet, or write it as in 31.12.2019."),
    ),
    "year_out_of_range": (gettext_lazy("The year in “%(value)s” cannot be right"), gettext_lazy("Check the date.")),
    "bad_country": (
        gettext_lazy("“%(value)s” is not a country"),
        gettext_lazy("Write its name in Norwegian or English, or its code of two letters."),
    ),
    # one row
    "too_many_cells": (
        gettext_lazy("The row has more cells than there are headings: %(value)s"),
        gettext_lazy("A text with the separator in it must stand in quotation marks."),
    ),
    "bad_quotes": (
        gettext_lazy("A quotation mark is out of place between line %(first)s and line %(last)s"),
        gettext_lazy('Put quotation marks at both ends of the cell, and two of them ("") for each inside it.'),
    ),
    "quotes_to_mend": (
        gettext_lazy("A quotation mark was out of place in this row, and nobody has mended it yet"),
        gettext_lazy("Put each text in its own cell, then empty the cell below “error”."),
    ),
    "end_before_start": (
        gettext_lazy("The exchange ends (%(end)s) before it starts (%(start)s)"),
        gettext_lazy("Check both dates with the partner."),
    ),
    "home_before_start": (
        gettext_lazy("The homecoming date (%(homecoming)s) is before the exchange starts (%(start)s)"),
        gettext_lazy("Check both dates with the partner."),
    ),
    "under_18": (
        gettext_lazy("Born in %(birth_year)s, the person would be under 18 in %(year)s"),
        gettext_lazy("Check the year of birth and the dates."),
    ),
    # rows of one file against each other
    "person_differs": (
        gettext_lazy("“%(value)s” is not the same in all rows of participant %(participant_id)s: %(lines)s"),
        gettext_lazy("Write the same in all rows of the person."),
    ),
    "exchange_twice": (
        gettext_lazy("The exchange “%(value)s” stands more than once, with different content: %(lines)s"),
        gettext_lazy("Keep the row that is right, and take the others out."),
    ),
    "email_twice": (
        gettext_lazy("“%(value)s” stands with more than one participant: %(lines)s"),
        gettext_lazy("Find out whose address it is, and empty the other cells."),
    ),
    # a row against what the network has
    "email_taken": (
        gettext_lazy("Another participant has the address “%(value)s”"),
        gettext_lazy("Find out whose address it is. If it is one person with two numbers, use the number we have."),
    ),
    "exchange_of_another": (
        gettext_lazy("The exchange “%(value)s” belongs to another participant"),
        gettext_lazy("Check the exchange number and the participant number."),
    ),
}

_UNUSABLE: dict[str, str | Promise] = {
    "not_found": gettext_lazy("There is no file “%(name)s” that can be read."),
    "empty": gettext_lazy("The file is empty. Choose a file with a line of headings and a row for each exchange."),
    "too_big": gettext_lazy("The file is larger than %(most)s MB. Split it into several files with the same headings."),
    "too_many_rows": gettext_lazy("The file has more than %(most)s rows. Split it into several files with the same headings."),
    "too_many_columns": gettext_lazy("The file has more than %(most)s columns. Take out those that are not needed."),
    "old_excel": gettext_lazy("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password."),
    "opendocument": gettext_lazy("This is an OpenDocument file. Save it as .xlsx or as CSV."),
    "pdf": gettext_lazy("This is a PDF. Save the list as .xlsx or CSV from the program it was made in."),
    "web_page": gettext_lazy(
        "This is a web page, not a spreadsheet, whatever its name says. Open it in Excel and save it as .xlsx."
    ),
    "compressed": gettext_lazy("This is a compressed file. Unpack it, and choose the list that is in it."),
    "not_a_table": gettext_lazy("This is not a spreadsheet that can be read. Save the list as .xlsx, CSV or TSV."),
    "broken_xlsx": gettext_lazy("The XLSX file is damaged. Open it in Excel and save it again."),
    "mixed_encodings": gettext_lazy(
        "The letters of the file are stored in two ways at once, from line %(line)s. Save it again as .xlsx, or as CSV in UTF-8."
    ),
    "unknown_encoding": gettext_lazy("The letters in line %(line)s cannot be read. Save the file as .xlsx, or as CSV in UTF-8."),
    "no_sheet": gettext_lazy("There is no sheet “%(sheet)s”. The file has: %(sheets)s."),
    "no_sheets": gettext_lazy("Only XLSX files have sheets. Leave the sheet out."),
    "no_headings": gettext_lazy(
        "Line %(line)s has none of the headings of a participant list. These must be there: %(required)s."
    ),
    "missing_heading": gettext_lazy("These headings are missing in line %(line)s: %(missing)s."),
    "missing_heading_near": gettext_lazy(
        "These headings are missing in line %(line)s: %(missing)s. Is it one of these: %(near)s?"
    ),
    "doubled_heading": gettext_lazy("Two columns mean the same, %(column)s: %(headers)s. Take one of them out."),
    "no_rows": gettext_lazy("The file has headings, but no rows."),
    "changed_since": gettext_lazy("The file is not the one that was checked. Choose it again."),
    "gone": gettext_lazy("The file is no longer here: files are deleted after 7 days. Choose it again."),
    "busy": gettext_lazy("Another import was writing for too long. Carry on when it has finished."),
    "crashed": gettext_lazy("Something went wrong on our side while the file was read. Try again; if it happens again, tell us."),
}
