"""An import gives somebody an address that an account verified before: the two become one, and what was written stays."""

from pathlib import Path

import pytest

from profiles.models import Profile, User
from tests.factories import ProfileFactory
from tests.profiles.accounts_helpers import applicant, member
from tests.profiles.importing.files import csv_file, row, run_command
from tests.profiles.importing.web import adviser_viewer, imported, undone

pytestmark = pytest.mark.django_db


def test_member_who_was_accepted_first_gets_the_imported_record(tmp_path: Path) -> None:
    user = member(headline="Nurse", user__email="amina1@example.org")
    uuid = user.profile.uuid
    run_command(csv_file(tmp_path, row(1, email="Amina1@Example.org")))
    profile = Profile.objects.get()
    assert (profile.user, profile.uuid, profile.participant_id, profile.headline) == (user, uuid, "P1", "Nurse")
    assert profile.exchanges.get().exchange_id == "X1"
    run_command(csv_file(tmp_path, row(1)))
    assert Profile.objects.count() == 1


def test_import_that_gives_a_known_record_its_address_admits_who_waits() -> None:
    application = applicant()
    ProfileFactory(unclaimed=True, participant_id="P1", first_name="Amina", last_name="Hassan1")
    imported(adviser_viewer(), row(1, email=application.user.email))
    user = User.objects.get(pk=application.user_id)
    assert (user.status, user.profile.participant_id) == ("active", "P1")
    assert list(user.role_grants.values_list("role", flat=True)) == ["member"]


def test_undoing_an_import_leaves_who_was_joined_by_it() -> None:
    user, actor = member(headline="Nurse", user__email="amina1@example.org"), adviser_viewer()
    run = undone(actor, imported(actor, row(1)))
    profile = Profile.objects.get(participant_id="P1")
    assert (profile.user, profile.headline) == (user, "Nurse")
    assert run.totals["undo"] == {"undone": 0, "kept": 1}
