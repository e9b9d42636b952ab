"""Applications: written by somebody who is not on file, answered by Norec's advisers.

The moves: waiting -> accepted or declined; declined -> waiting; accepted -> waiting, as long as the person has not begun.
Somebody who got their record meanwhile, by their address, is a member whatever is answered: then it is about the role they
asked for, and nothing but that.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from privacy.services import record
from profiles.accounts.policies import (
    ROLES_TO_ASK_FOR,
    can_manage_members,
    can_withdraw_application,
    can_write_application,
)
from profiles.accounts.services.claiming import settle_roles_after_homecoming, take_record
from profiles.accounts.services.roles import give_role, sync_staff_access
from profiles.accounts.tasks import mail_answer
from profiles.models import Application, Organisation, Profile, User
from profiles.models.accounts import AccountStatus
from profiles.roles import Role
from profiles.signals import mark_people_changed
from profiles.viewers import Viewer


@dataclass(frozen=True)
class Admission:
    """What an adviser makes of an applicant: a role, and the record that is theirs or the name of a new one."""

    role: Role
    first_name: str = ""
    last_name: str = ""
    organisation: Organisation | None = None
    new_organisation: str = ""
    profile: Profile | None = None
    answer: str = ""


@transaction.atomic
def write_application(*, actor: Viewer, user: User, name: str, text: str, role: Role) -> Application:
    """Write or change one's own application. Raises `NotAllowed`, and `Conflict` when it has been answered meanwhile."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not can_write_application(actor, locked):
        raise NotAllowed(_("Your application has been answered, so it cannot be changed."))
    return keep_application(user=locked, name=name, text=text, role=role)


def keep_application(*, user: User, name: str, text: str, role: Role) -> Application:
    """Keep what somebody wrote when they signed up, until they have verified their address and staff answer it."""
    if role not in ROLES_TO_ASK_FOR:
        raise Invalid(_("Choose one of the roles in the list."), code="role")
    words = {"name": name.strip(), "text": text.strip(), "role": role}
    application, _is_new = Application.objects.update_or_create(user=user, defaults=words)
    return application


@transaction.atomic
def withdraw_application(*, actor: Viewer, application: Application) -> None:
    """Delete the account with all it wrote. Raises `NotAllowed`, and `Conflict` when it was accepted meanwhile."""
    user = User.objects.select_for_update().filter(pk=application.user_id).first()
    if user is None or not can_withdraw_application(actor, application):
        raise NotAllowed(_("You can only withdraw your own application."))
    if user.status not in {AccountStatus.APPLICANT, AccountStatus.DECLINED} or hasattr(user, "profile"):
        raise Conflict(_("You have been accepted meanwhile. Sign in again to go on."))
    record(actor=None, action="profiles.application_withdrawn", thing=application)
    user.delete()


@transaction.atomic
def accept_application(*, actor: Viewer, application: Application, admission: Admission) -> Profile:
    """Make a member of an applicant: with a record that is on file and nobody has claimed, or with a new one. Who is a member
    by their record gets the role.

    Raises `NotAllowed`; `Invalid` when the role cannot be had like this; `Conflict` when somebody has answered, the person
    has withdrawn, or the record has been claimed meanwhile.
    """
    locked = _lock_undecided(actor, application)
    if admission.role not in ROLES_TO_ASK_FOR:
        raise Invalid(_("Choose one of the roles in the list."), code="role")
    user = locked.user
    profile = Profile.objects.get(user=user) if locked.is_for_role_only else _record_for(user, admission)
    if user.status != AccountStatus.ACTIVE:
        user.status = AccountStatus.ACTIVE
        user.save(update_fields=["status"])
    give_role(
        user=user,
        role=admission.role,
        organisation=admission.organisation,
        new_organisation=admission.new_organisation,
        granted_by=actor.user,
    )
    settle_roles_after_homecoming([profile.pk])
    _decide(actor, locked, accepted=True, answer=admission.answer)
    details = {"role": admission.role.value, "linked": admission.profile is not None, "profile": str(profile.uuid)}
    record(actor=actor.user, action="profiles.application_accepted", thing=locked, details=details)
    return profile


@transaction.atomic
def decline_application(*, actor: Viewer, application: Application, answer: str) -> None:
    """Say no, with words, which are mailed. Raises `NotAllowed`, `Invalid` without words, `Conflict` as accepting does."""
    locked = _lock_undecided(actor, application)
    if not answer.strip():
        raise Invalid(_("Write why, in words for the person. They get it by e-mail."), code="answer")
    if not locked.is_for_role_only:
        locked.user.status = AccountStatus.DECLINED
        locked.user.save(update_fields=["status"])
    _decide(actor, locked, accepted=False, answer=answer)
    record(actor=actor.user, action="profiles.application_declined", thing=locked)


@transaction.atomic
def reopen_application(*, actor: Viewer, application: Application) -> None:
    """Undo an answer: the application waits again, and what accepting it made is taken back.

    Raises `NotAllowed`, and `Conflict` when it waits already or the accepted person has begun to use the network: then
    taking it back would destroy what they wrote, and suspending the account is the way.
    """
    _check_manager(actor)
    locked = _lock(application)
    if locked.decided_at is None:
        raise Conflict(_("This application is waiting for an answer already."))
    if locked.is_for_role_only:
        _check_role_is_not_given(locked)
    else:
        _make_applicant_again(locked)
    locked.decided_at, locked.decided_by, locked.accepted, locked.answer = None, None, None, ""
    locked.save(update_fields=["decided_at", "decided_by", "accepted", "answer", "updated_at"])
    record(actor=actor.user, action="profiles.application_reopened", thing=locked)


def _record_for(user: User, admission: Admission) -> Profile:
    if admission.profile is not None:
        if not take_record(profile=admission.profile, user=user):
            raise Conflict(_("Somebody has claimed this record meanwhile. Choose another, or none."))
        return admission.profile
    if not admission.first_name.strip():
        raise Invalid(_("Write the person's name."), code="first_name")
    return Profile.objects.create(user=user, first_name=admission.first_name.strip(), last_name=admission.last_name.strip())


def _check_role_is_not_given(application: Application) -> None:
    """A no about a role can be taken back as it is. What a member has by their record and their roles is not touched."""
    if application.accepted:
        raise Conflict(_("This person is a member by their record. Take the role away on the page of the account."))


def _make_applicant_again(application: Application) -> None:
    user = application.user
    if application.accepted:
        _take_back_admission(user)
    elif user.status != AccountStatus.DECLINED:
        raise Conflict(_("The account has changed meanwhile. Look at it again before you decide."))
    user.status = AccountStatus.APPLICANT
    user.save(update_fields=["status"])


def _take_back_admission(user: User) -> None:
    """Take the roles and the record of somebody who was accepted and has not begun."""
    profile = Profile.objects.select_for_update().filter(user=user).first()
    if user.status != AccountStatus.ACTIVE or (profile is not None and not _is_untouched(profile)):
        raise Conflict(_("This person has begun to use the network. Suspend the account instead."))
    user.role_grants.all().delete()
    sync_staff_access(user)
    if profile is None:
        return
    if profile.participant_id or profile.exchanges.exists():
        mark_people_changed([profile.pk])
        Profile.objects.filter(pk=profile.pk).update(user=None, updated_at=timezone.now())
    else:
        profile.delete()


def _is_untouched(profile: Profile) -> bool:
    """Whether the member has neither written anything nor chosen who sees what."""
    words = ("chosen_name", "name_then", "photo", "headline", "about", "country", "place", "work_title", "workplace")
    contact = ("contact_email", "contact_phone")
    rows = (profile.profile_skills, profile.sectors, profile.sdgs, profile.languages, profile.links)
    return (
        profile.visibility_chosen_at is None
        and not any(getattr(profile, name) for name in (*words, *contact))
        and not profile.open_to
        and not any(related.exists() for related in rows)
    )


def _lock_undecided(actor: Viewer, application: Application) -> Application:
    _check_manager(actor)
    locked = _lock(application)
    if locked.decided_at is not None:
        raise Conflict(_("Somebody has answered this application meanwhile. What they decided stands; you can open it again."))
    expected = AccountStatus.ACTIVE if locked.is_for_role_only else AccountStatus.APPLICANT
    if locked.user.status != expected:
        raise Conflict(_("The account has changed meanwhile. Look at it again before you decide."))
    return locked


def _lock(application: Application) -> Application:
    """The application and its account as they are now, held until the transaction ends: always the account first."""
    user = User.objects.select_for_update().filter(pk=application.user_id).first()
    locked = Application.objects.select_for_update().filter(pk=application.pk).first()
    if user is None or locked is None:
        raise Conflict(_("This application has been withdrawn."))
    locked.user = user
    return locked


def _decide(actor: Viewer, application: Application, *, accepted: bool, answer: str) -> None:
    application.accepted = accepted
    application.answer = answer.strip()
    application.decided_by = actor.user
    application.decided_at = timezone.now()
    application.save(update_fields=["accepted", "answer", "decided_by", "decided_at", "updated_at"])
    mail_answer.enqueue(application_id=application.pk)


def _check_manager(actor: Viewer) -> None:
    if not can_manage_members(actor):
        raise NotAllowed(_("Only Norec's advisers answer applications."))
