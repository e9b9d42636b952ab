"""An import by way of the staff pages: checked, chosen, written, and what happens when something changes meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.models import IndexChange
from privacy.models import AuditEvent
from profiles.importing import services
from profiles.importing.forgetting import forget_old_imports
from profiles.importing.running import write_run
from profiles.importing.status import MOVES, move
from profiles.importing.tasks import check_import, undo_import, write_import
from profiles.models import Exchange, ImportRun, Organisation, Profile, RoleGrant
from profiles.models.imports import ImportStatus
from profiles.roles import Role
from profiles.storage import private_storage
from tests.factories import ProfileFactory, RoleGrantFactory, UserFactory
from tests.profiles.accounts_helpers import acting, member
from tests.profiles.importing.files import another_import_writing, least, row, xlsx_bytes
from tests.profiles.importing.web import adviser_viewer, checked, imported, run_tasks, upload

pytestmark = pytest.mark.django_db


def test_checking_a_file_changes_nobody() -> None:
    run = checked(adviser_viewer(), row(1), row(2, host_country="Neapl"))
    assert run.status == ImportStatus.READY
    assert run.totals["check"] == {
        **{"created": 1, "updated": 0, "unchanged": 0, "rejected": 1, "rows": 2},
        **{"new": 1, "changed": 0, "same": 0},
    }
    assert not Profile.objects.exclude(participant_id=None).exists()
    assert not Exchange.objects.exists()
    assert not Organisation.objects.exists()
    person = run.people.get()
    assert (person.participant_id, person.name, person.is_new, person.lines, person.state) == (
        "P1",
        "Amina Hassan1",
        True,
        [2],
        "planned",
    )
    rejected = run.rejected_rows.get()
    assert (rejected.line, rejected.name, rejected.problems[0]["code"]) == (3, "Amina Hassan2", "bad_country")


def test_confirming_writes_what_was_shown_and_the_index_learns_of_it() -> None:
    actor = adviser_viewer()
    run = checked(actor, row(1))
    services.confirm_import(actor=actor, run=run)
    assert run.status == ImportStatus.IMPORTING
    run_tasks()
    run.refresh_from_db()
    assert run.status == ImportStatus.DONE
    profile = Profile.objects.get(participant_id="P1")
    assert IndexChange.objects.filter(kind="people", object_id=profile.pk).exists()
    assert run.people.get().profile == profile
    assert run.totals["result"] == {
        **{"created": 1, "updated": 0, "unchanged": 0, "rejected": 0, "left": 0, "differing": 0},
        **{"new_people": 1, "changed_people": 0, "left_people": 0, "differing_people": 0},
    }


def test_whoever_is_unticked_is_left_as_before() -> None:
    actor = adviser_viewer()
    imported(actor, row(1), row(2))
    run = checked(actor, row(1, role="New"), row(2, role="New"), row(3))
    people = {person.participant_id: person.pk for person in run.people.all()}
    services.choose_people(actor=actor, run=run, shown=[people["P1"], people["P2"]], wanted=[people["P2"]])
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    assert dict(Exchange.objects.values_list("exchange_id", "role")) == {"X1": "Librarian", "X2": "New", "X3": "Librarian"}
    result = run.totals["result"]
    assert (result["created"], result["updated"], result["left"], result["unchanged"]) == (1, 1, 1, 0)
    assert dict(run.people.values_list("participant_id", "state")) == {"P1": "left", "P2": "written", "P3": "written"}


def test_choices_outlast_a_new_check_and_new_people_cannot_be_unticked() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    run = checked(actor, row(1, role="New"), row(2))
    people = list(run.people.values_list("pk", flat=True))
    services.choose_people(actor=actor, run=run, shown=people, wanted=[])
    services.check_again(actor=actor, run=run)
    run_tasks()
    assert dict(run.people.values_list("participant_id", "is_wanted")) == {"P1": False, "P2": True}


def test_choices_touch_no_other_import() -> None:
    actor = adviser_viewer()
    imported(actor, row(1), row(2))
    one, other = checked(actor, row(1, role="New")), checked(actor, row(2, role="New"))
    services.choose_people(actor=actor, run=one, shown=[other.people.get().pk], wanted=[])
    assert other.people.get().is_wanted


def test_a_person_who_changed_since_the_check_is_left_and_told_of() -> None:
    actor = adviser_viewer()
    imported(actor, row(1), row(2))
    run = checked(actor, row(1, role="New"), row(2, role="New"), row(3))
    Exchange.objects.filter(exchange_id="X1").update(role="By somebody else")
    ProfileFactory(participant_id="P3", unclaimed=True)
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    assert Exchange.objects.get(exchange_id="X1").role == "By somebody else"
    assert not Exchange.objects.filter(exchange_id="X3").exists()
    assert dict(run.people.values_list("participant_id", "state")) == {"P1": "differs", "P2": "written", "P3": "differs"}
    result = run.totals["result"]
    assert (result["updated"], result["differing"], result["differing_people"], result["unchanged"]) == (1, 2, 2, 0)


def test_a_person_who_was_the_same_and_now_differs_is_not_changed_unseen() -> None:
    actor = adviser_viewer()
    imported(actor, row(1), row(2))
    run = checked(actor, row(1), row(2, role="New"))
    Exchange.objects.filter(exchange_id="X1").update(role="By somebody else")
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    assert Exchange.objects.get(exchange_id="X1").role == "By somebody else"
    assert dict(run.people.values_list("participant_id", "state")) == {"P1": "differs", "P2": "written"}


def test_a_row_that_cannot_go_in_any_more_is_rejected_then() -> None:
    actor = adviser_viewer()
    run = checked(actor, row(1), row(2))
    ProfileFactory(participant_id="P9", unclaimed=True, email_on_file="amina1@example.org")
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    assert not Profile.objects.filter(participant_id="P1").exists()
    assert run.rejected_rows.get().problems[0]["code"] == "email_taken"
    result = run.totals["result"]
    assert (result["created"], result["rejected"], result["unchanged"], result["differing_people"]) == (1, 1, 0, 1)


def test_an_address_that_an_unticked_person_keeps_is_not_given_to_another() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, email="a@example.org"), row(2, email="b@example.org"))
    run = checked(actor, row(1, email="c@example.org"), row(2, email="a@example.org"))
    people = {person.participant_id: person.pk for person in run.people.all()}
    services.choose_people(actor=actor, run=run, shown=people.values(), wanted=[people["P2"]])
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    addresses = dict(Profile.objects.exclude(participant_id=None).values_list("participant_id", "email_on_file"))
    assert addresses == {"P1": "a@example.org", "P2": "b@example.org"}
    assert run.totals["result"]["rejected"] == 1


def test_an_organisation_in_several_spellings_is_written_as_it_was_shown() -> None:
    actor = adviser_viewer()
    spellings = ["Ny Organisasjon", "NY ORGANISASJON", "ny  organisasjon"]
    run = imported(actor, *(row(number, host_organisation=name) for number, name in enumerate(spellings)))
    assert run.totals["result"]["differing_people"] == 0
    assert Organisation.objects.filter(name__iexact="ny organisasjon").count() == 1


def test_homecoming_makes_a_participant_a_member() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, homecoming_date=""))
    user = UserFactory()
    Profile.objects.filter(participant_id="P1").update(user=user)
    RoleGrantFactory(user=user, role=Role.PARTICIPANT)
    imported(actor, row(1))
    assert list(RoleGrant.objects.filter(user=user).values_list("role", flat=True)) == [Role.MEMBER]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADVISER])
def test_only_advisers_import(role: Role) -> None:
    run = checked(adviser_viewer(), row(1))
    actor = acting(member(role))
    acts: list[Any] = [
        lambda: services.start_import(actor=actor, file=upload(row(2))),
        lambda: services.confirm_import(actor=actor, run=run),
        lambda: services.choose_people(actor=actor, run=run, shown=[], wanted=[]),
        lambda: services.check_again(actor=actor, run=run),
        lambda: services.use_country(actor=actor, run=run, column="host_country", text="x", code="NP"),
        lambda: services.discard_import(actor=actor, run=run),
        lambda: services.undo(actor=actor, run=run),
        lambda: services.carry_on(actor=actor, run=run),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    run.refresh_from_db()
    assert run.status == ImportStatus.READY
    assert ImportRun.objects.count() == 1


def test_the_same_file_twice_leads_to_the_one_in_hand() -> None:
    actor = adviser_viewer()
    run = services.start_import(actor=actor, file=upload(row(1)))
    for _status in ("checking", "ready"):
        with pytest.raises(services.SameFile) as caught:
            services.start_import(actor=adviser_viewer(), file=upload(row(1), name="other name.csv"))
        assert caught.value.run == run
        run_tasks()
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    again = services.start_import(actor=actor, file=upload(row(1)))
    assert again != run


def test_files_that_are_empty_or_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = adviser_viewer()
    with pytest.raises(Invalid):
        services.start_import(actor=actor, file=upload(content=b""))
    monkeypatch.setattr(services, "MOST_BYTES", 10)
    with pytest.raises(Invalid):
        services.start_import(actor=actor, file=upload(row(1)))
    assert not ImportRun.objects.exists()


def test_one_import_writes_at_a_time() -> None:
    actor = adviser_viewer()
    one, other = checked(actor, row(1)), checked(actor, row(2))
    services.confirm_import(actor=actor, run=one)
    with pytest.raises(Conflict) as caught:
        services.confirm_import(actor=actor, run=other)
    assert caught.value.message == "Another import is writing now: participants.csv. Try again when it has finished."
    run_tasks()
    services.confirm_import(actor=actor, run=other)
    run_tasks()
    assert set(ImportRun.objects.values_list("status", flat=True)) == {ImportStatus.DONE}


def test_an_import_is_confirmed_once() -> None:
    actor = adviser_viewer()
    run = checked(actor, row(1))
    stale = ImportRun.objects.get(pk=run.pk)
    services.confirm_import(actor=actor, run=run)
    with pytest.raises(Conflict):
        services.confirm_import(actor=actor, run=stale)
    with pytest.raises(Conflict):
        services.choose_people(actor=actor, run=stale, shown=[1], wanted=[])


def test_a_command_that_writes_holds_the_worker_up_and_then_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.importing.tasks._SECONDS_TO_WAIT", 0.2)
    actor = adviser_viewer()
    run = checked(actor, row(1))
    services.confirm_import(actor=actor, run=run)
    with another_import_writing():
        run_tasks()
    run.refresh_from_db()
    assert (run.status, run.refusal["code"]) == (ImportStatus.STOPPED, "busy")
    services.carry_on(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    assert run.status == ImportStatus.DONE


def test_a_file_that_is_no_longer_the_same_is_not_imported() -> None:
    actor = adviser_viewer()
    run = checked(actor, row(1))
    with private_storage().open(run.file.name, "wb") as file:
        file.write(b"something else")
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    assert (run.status, run.refusal["code"]) == (ImportStatus.STOPPED, "changed_since")
    assert not Exchange.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.4", "pdf"), (b"a,b\n1,2\n", "no_headings"), (b"participant_id,first_name,last_name,exchange_id\n", "no_rows")],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes, code: str) -> None:
    run = checked(adviser_viewer(), content=content)
    assert (run.status, run.refusal["code"]) == (ImportStatus.UNUSABLE, code)


def test_another_sheet_can_be_read() -> None:
    import io

    from openpyxl import load_workbook

    from tests.profiles.importing.test_reading import saved

    book = load_workbook(io.BytesIO(xlsx_bytes(least(1), sheet="Liste")))
    book.create_sheet("Notat", 0).append(["Dato", "Beløp"])
    actor = adviser_viewer()
    run = checked(actor, content=saved(book), name="list.xlsx")
    assert (run.status, run.sheet, run.sheets) == (ImportStatus.UNUSABLE, "Notat", ["Notat", "Liste"])
    services.check_again(actor=actor, run=run, sheet="Liste")
    run_tasks()
    run.refresh_from_db()
    assert (run.status, run.sheet, run.totals["check"]["created"]) == (ImportStatus.READY, "Liste", 1)


def test_a_country_can_be_told_and_taken_back() -> None:
    actor = adviser_viewer()
    rows = [row(1, host_country="Neapl"), row(2, host_country="Neapl"), row(3, sending_country="Neapl")]
    run = checked(actor, *rows)
    assert run.totals["check"]["rejected"] == 3
    services.use_country(actor=actor, run=run, column="host_country", text="Neapl", code="NP")
    run_tasks()
    run.refresh_from_db()
    assert (run.totals["check"]["created"], run.totals["check"]["rejected"]) == (2, 1)
    services.use_country(actor=actor, run=run, column="host_country", text="Neapl", code="")
    run_tasks()
    run.refresh_from_db()
    assert run.totals["check"]["rejected"] == 3
    services.use_country(actor=actor, run=run, column="host_country", text="Neapl", code="NP")
    run_tasks()
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    assert set(Exchange.objects.values_list("to_country", flat=True)) == {"NP"}


@pytest.mark.parametrize(
    ("column", "text", "code"), [("role", "x", "NP"), ("host_country", "x", "ZZ"), ("host_country", "", "NP"), ("", "x", "NP")]
)
def test_a_country_must_be_one(column: str, text: str, code: str) -> None:
    actor = adviser_viewer()
    run = checked(actor, row(1))
    with pytest.raises(Invalid):
        services.use_country(actor=actor, run=run, column=column, text=text, code=code)
    assert ImportRun.objects.get(pk=run.pk).corrections == {}


def test_a_file_put_aside_is_forgotten_at_once(django_capture_on_commit_callbacks: Any) -> None:
    actor = adviser_viewer()
    run = checked(actor, row(1), row(2, host_country="Neapl"))
    name = run.file.name
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_import(actor=actor, run=run)
    assert (run.status, run.is_forgotten, run.file.name) == (ImportStatus.DISCARDED, True, "")
    assert not run.people.exists()
    assert not run.rejected_rows.exists()
    assert not private_storage().exists(name)


def test_a_file_put_aside_while_it_is_checked_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = adviser_viewer()
    run = services.start_import(actor=actor, file=upload(row(1), row(2, host_country="Neapl")))
    real = services.ImportRun  # the check finds the import put aside only when it wants to close it

    def put_aside_first(target: ImportRun, to: ImportStatus, **fields: Any) -> None:
        services.discard_import(actor=actor, run=real.objects.get(pk=target.pk))
        move(target, to, **fields)

    monkeypatch.setattr("profiles.importing.running.move", put_aside_first)
    run_tasks()
    run.refresh_from_db()
    assert run.status == ImportStatus.DISCARDED
    assert not run.people.exists()
    assert not run.rejected_rows.exists()


def test_after_seven_days_file_and_people_are_gone_and_the_counts_stay(django_capture_on_commit_callbacks: Any) -> None:
    actor = adviser_viewer()
    old, waiting, young = imported(actor, row(1)), checked(actor, row(2)), imported(actor, row(3))
    names = [run.file.name for run in (old, waiting, young)]
    week = timezone.now() - timedelta(days=7, minutes=1)
    ImportRun.objects.filter(pk=old.pk).update(created_at=week, finished_at=week)
    ImportRun.objects.filter(pk=waiting.pk).update(created_at=week)
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_imports() == 2
    assert [private_storage().exists(name) for name in names] == [False, False, True]
    for run in (old, waiting, young):
        run.refresh_from_db()
    assert (old.status, old.is_forgotten, old.people.count()) == (ImportStatus.DONE, True, 0)
    assert old.totals["result"]["created"] == 1
    assert waiting.status == ImportStatus.DISCARDED
    assert (young.is_forgotten, young.people.count()) == (False, 1)
    assert forget_old_imports() == 0
    with pytest.raises(Conflict):
        services.undo(actor=actor, run=old)


def test_a_file_whose_import_was_never_kept_is_deleted_too() -> None:
    name = private_storage().save("imports/left.csv", upload(row(1)))
    assert forget_old_imports(timezone.now() + timedelta(days=6)) == 0
    assert private_storage().exists(name)
    forget_old_imports(timezone.now() + timedelta(days=8))
    assert not private_storage().exists(name)


def test_files_are_kept_where_no_address_leads() -> None:
    run = checked(adviser_viewer(), row(1))
    with pytest.raises(ValueError, match="no address"):
        run.file.url  # noqa: B018
    assert "participants" not in run.file.name


def test_everything_is_in_the_audit_log_without_a_name_in_it() -> None:
    actor = adviser_viewer()
    run = imported(actor, row(1))
    events = AuditEvent.objects.filter(object_id=str(run.uuid)).order_by("pk")
    assert list(events.values_list("action", "actor")) == [
        ("profiles.import_started", actor.user.pk),  # type: ignore[union-attr]
        ("profiles.import_confirmed", actor.user.pk),  # type: ignore[union-attr]
        ("profiles.import_written", actor.user.pk),  # type: ignore[union-attr]
    ]
    assert events[2].details["created"] == 1
    assert "Amina" not in str(list(events.values()))


def test_tasks_do_nothing_when_the_import_has_moved_on() -> None:
    run = imported(adviser_viewer(), row(1))
    before = ImportRun.objects.values().get(pk=run.pk)
    for task in (check_import, write_import, undo_import):
        task.call(run.pk)
        task.call(0)
    assert ImportRun.objects.values().get(pk=run.pk) == before


def test_writing_again_after_it_was_cut_off_completes_it_and_counts_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.importing.plan.chunks_of.__defaults__", (1,))
    actor = adviser_viewer()
    imported(actor, row(1))
    run = checked(actor, row(1, role="New"), row(2), row(3))
    move(run, ImportStatus.IMPORTING)
    done: list[int] = []

    def cut_off(*args: Any) -> Any:
        done.append(1)
        if len(done) == 3:
            raise KeyboardInterrupt
        return real(*args)

    from profiles.importing import running

    real = running._write_chunk
    monkeypatch.setattr(running, "_write_chunk", cut_off)
    with pytest.raises(KeyboardInterrupt):
        write_run(run)
    assert set(Exchange.objects.values_list("exchange_id", "role")) == {("X1", "New"), ("X2", "Librarian")}
    monkeypatch.setattr(running, "_write_chunk", real)
    write_run(ImportRun.objects.get(pk=run.pk))
    run.refresh_from_db()
    assert Exchange.objects.count() == 3
    result = run.totals["result"]
    assert (result["created"], result["updated"], result["unchanged"]) == (2, 1, 0)


def test_a_crash_of_the_check_is_told_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = adviser_viewer()
    run = services.start_import(actor=actor, file=upload(row(1)))

    def crash(*args: Any) -> None:
        raise RuntimeError("a file nobody has thought of")

    with monkeypatch.context() as patched:
        patched.setattr("profiles.importing.tasks.check_run", crash)
        run_tasks()
    run.refresh_from_db()
    assert (run.status, run.refusal["code"]) == (ImportStatus.UNUSABLE, "crashed")
    services.check_again(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    assert run.status == ImportStatus.READY


@pytest.mark.parametrize("source", list(ImportStatus))
@pytest.mark.parametrize("target", list(ImportStatus))
def test_no_import_makes_a_move_that_the_table_does_not_have(source: ImportStatus, target: ImportStatus) -> None:
    run = ImportRun.objects.create(status=source, file_name="x.csv", digest="0")
    if target in MOVES[source]:
        move(run, target)
        assert run.status == target
    else:
        with pytest.raises(Conflict):
            move(run, target)
        assert ImportRun.objects.get(pk=run.pk).status == source
