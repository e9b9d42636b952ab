"""One's own settings: language, time zone, other devices."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from alumni_site.core.errors import Invalid, NotAllowed
from profiles.accounts.services.settings import change_settings
from profiles.accounts.time_zones import is_time_zone, time_zone_choices
from profiles.models import User
from profiles.viewers import Viewer
from tests.profiles.accounts_helpers import acting, applicant, member, signed_in

pytestmark = pytest.mark.django_db


def test_language_and_time_zone_hold_from_the_next_page() -> None:
    user = member()
    client = signed_in(user)
    response = client.post(reverse("settings"), {"language": "nn", "time_zone": "Asia/Kathmandu"}, follow=True)
    user.refresh_from_db()
    assert (user.language, user.time_zone) == ("nn", "Asia/Kathmandu")
    html = response.content.decode()
    assert '<html lang="nn"' in html
    assert "Lagra." in html


def test_times_are_shown_by_the_readers_clock() -> None:
    user = member()
    client = signed_in(user)
    change_settings(actor=acting(user), language="en", time_zone="Asia/Kathmandu")
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    request = client.get(reverse("settings")).wsgi_request
    assert request.user.time_zone == "Asia/Kathmandu"

    seen: list[str] = []

    def page(request: object) -> object:
        seen.append(timezone.localtime(noon).isoformat())
        return None

    from profiles.middleware import TimeZoneMiddleware

    TimeZoneMiddleware(page)(request)  # type: ignore[arg-type]
    assert seen == ["2026-11-23T17:45:00+05:45"]
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("values", [{"language": "sv"}, {"language": ""}, {"language": "nn", "time_zone": "Mars/Base"}])
def test_what_is_not_in_the_list_is_refused(values: dict[str, str]) -> None:
    user = member()
    assert signed_in(user).post(reverse("settings"), values).status_code == 422
    with pytest.raises(Invalid):
        change_settings(actor=acting(user), **{"time_zone": "", **values})
    user.refresh_from_db()
    assert (user.language, user.time_zone) == ("", "")


def test_nobody_at_all_has_no_settings() -> None:
    with pytest.raises(NotAllowed):
        change_settings(actor=Viewer(), language="nn", time_zone="")
    assert Client().get(reverse("settings")).headers["Location"] == f"/accounts/login/?next={reverse('settings')}"


def test_applicant_has_settings_and_no_list_of_blocked_people() -> None:
    client = signed_in(applicant().user)
    html = client.get(reverse("settings")).content.decode()
    assert reverse("blocked_people") not in html
    assert client.get(reverse("blocked_people")).status_code == 404


def test_signing_out_elsewhere_keeps_this_session() -> None:
    user = member()
    here, elsewhere = signed_in(user), signed_in(user)
    assert here.post(reverse("end_other_sessions")).headers["Location"] == reverse("settings")
    assert here.get(reverse("settings")).status_code == 200
    assert elsewhere.get(reverse("settings")).status_code == 302
    assert here.get(reverse("end_other_sessions")).status_code == 405


def test_time_zones_have_names_in_three_languages() -> None:
    labels = {language: dict(time_zone_choices(language))["Asia/Kathmandu"] for language in ("nn", "nb", "en")}
    assert labels == dict.fromkeys(labels, "Nepal: Kathmandu (UTC+5:45)")
    with translation.override("nn"):
        zones = time_zone_choices()
    assert dict(zones)["Europe/Oslo"].startswith("Noreg: Oslo (UTC+")
    assert [name for name, _ in zones if not is_time_zone(name)] == []
    assert not is_time_zone("Asia/Katmandu")
    assert not is_time_zone("")


def test_page_is_never_kept_by_a_cache() -> None:
    response = signed_in(member()).get(reverse("settings"))
    assert "no-store" in response.headers["Cache-Control"]


def test_own_page_shows_own_address_only() -> None:
    user, other = member(), member()
    html = signed_in(user).get(reverse("settings")).content.decode()
    assert user.email in html
    assert other.email not in html
    assert User.objects.count() == 2
