"""The living style guide: every component in all its states, rendered by the very templates that pages use. Development only."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from alumni_site.core.templatetags.components import AVATAR_COLOURS
from alumni_site.core.templatetags.maps import CountryDot, Route

_TODAY = date(2025, 11, 10)


@dataclass(frozen=True)
class SampleExchange:
    """Looks like a disclosed exchange."""

    from_country: str
    to_country: str
    start: date | None
    end: date | None
    homecoming_date: date | None = None


@dataclass(frozen=True)
class SamplePerson:
    """Looks like a disclosed profile. Nobody of this name is meant."""

    name: str
    uuid: UUID
    headline: str = ""
    place: str = ""
    country: str = ""
    photo: str = ""
    is_confirmed: bool = True
    latest_exchange: SampleExchange | None = None


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As you want others to see it.")
    email = forms.EmailField(label="E-mail address")
    about = forms.CharField(label="About me", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    country = forms.ChoiceField(label="Country", choices=[("", "Choose a country"), ("UG", "Uganda"), ("NO", "Norway")])
    level = forms.ChoiceField(
        label="How well do you speak it?", widget=forms.RadioSelect, choices=[("a", "A little"), ("b", "Well"), ("c", "Fluently")]
    )
    open_to = forms.MultipleChoiceField(
        label="What are you open to?",
        help_text="Choose as many as you like.",
        widget=forms.CheckboxSelectMultiple,
        choices=[("m", "Mentoring"), ("s", "Giving a talk"), ("h", "Helping somebody settle in")],
        required=False,
    )
    agree = forms.BooleanField(label="I have read how we treat each other", help_text="It takes two minutes.")
    picture = forms.FileField(label="Picture", required=False)
    locked = forms.CharField(label="Host organisation", initial="Sunnfjord Kraftlag", disabled=True, required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """All of it on one page; `?scheme=dark` or `light` shows it so, whatever the system asks for."""
    return render(request, "styleguide/styleguide.html", sample_context(request.GET.get("scheme", "")))


def staff_styleguide(request: HttpRequest) -> HttpResponse:
    """The frame and the components of Norec's own pages."""
    return render(request, "styleguide/staff.html", {"rows": range(12)})


def sample_context(scheme: str = "") -> dict[str, Any]:
    """What the style guide shows; the component tests render it too."""
    people = sample_people()
    wrong = SampleForm({"email": "grace@", "level": "x", "open_to": ["z"], "about": "Solar"}, auto_id="wrong_%s")
    wrong.is_valid()
    return {
        "scheme": scheme if scheme in ("light", "dark") else "",
        "people": people,
        "colours": [replace(people[0], uuid=UUID(int=number)) for number in range(len(AVATAR_COLOURS))],
        "form": SampleForm(),
        "wrong_form": wrong,
        "exchanges": _sample_exchanges(),
        "first_page": Paginator(range(140), 20).page(1),
        "middle_page": Paginator(range(400), 20).page(9),
        "only_page": Paginator(range(3), 20).page(1),
        "routes": [Route("NO", "UG"), Route("UG", "MW"), Route("NP", "BD", away=True), Route("CO", "VN")],
        "dots": _sample_dots(),
        "day": date(2025, 11, 14),
        "views": [
            {"label": "Cards", "url": "?view=cards", "current": True},
            {"label": "Table", "url": "?view=table", "current": False},
            {"label": "Map", "url": "?view=map", "current": False},
        ],
    }


def sample_people() -> list[SamplePerson]:
    """The usual, the long, the single name, the script that is not Latin, and the one with next to nothing."""
    done, away = _sample_exchanges()[0], _sample_exchanges()[1]
    return [
        SamplePerson("Grace Nakato", UUID(int=2), "Solar engineer and trainer", "Gulu", "UG", latest_exchange=done),
        SamplePerson(
            "Florence Adhiambo Odhiambo-Wekesa Mukantabana Ravindranath",
            UUID(int=3),
            "County adviser on energy and climate, with a long title that goes over several lines on a phone",
            "Thiruvananthapuram-Kazhakkoottam",
            "IN",
            latest_exchange=done,
        ),
        SamplePerson("Wanjiru", UUID(int=1), "", "", "KE", is_confirmed=False),
        SamplePerson("सीता गुरुङ", UUID(int=0), "Midwife", "Pokhara", "NP", latest_exchange=away),
    ]


def _sample_exchanges() -> list[SampleExchange]:
    return [
        SampleExchange("UG", "NO", date(2018, 8, 1), date(2019, 6, 1), date(2019, 7, 1)),
        SampleExchange("NO", "KE", date(2025, 8, 1), date(2099, 6, 1)),
        SampleExchange("MW", "NP", date(2021, 2, 1), date(2021, 10, 1)),
        SampleExchange("ZA", "MW", date(1999, 2, 1), date(2001, 10, 1), date(2001, 11, 1)),
        SampleExchange("BD", "", None, None),
    ]


def _sample_dots() -> list[CountryDot]:
    counts = {
        "NO": 31,
        "KE": 21,
        "UG": 17,
        "TZ": 14,
        "RW": 12,
        "BI": 9,
        "NP": 12,
        "BD": 10,
        "MW": 9,
        "ZA": 1204,
        "CO": 3,
        "VN": 2,
        "FJ": 5,
    }
    return [CountryDot(code, count, f"?country_residence={code}") for code, count in counts.items()]
