"""Something on each of Norec's own pages: people who wait for an answer, corrections asked for, words proposed."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from alumni_site.demo.world import read_data, rng_for, uuid_from
from profiles.models import Application, CorrectionRequest, Profile, ProfileSkill, User
from profiles.models.accounts import AccountStatus
from profiles.models.exchanges import CorrectionStatus
from profiles.proposals import skill_for_words


def make_staff_work(seed: int) -> None:
    """Write what waits for Norec's staff in the demo, and a little that they have answered. Runs in the caller's transaction."""
    cast = read_data("cast")
    adviser = User.objects.get(email="adviser@example.org")
    for entry in cast["applicants"]:
        _apply(seed, entry)
    _decline(seed, cast["declined"], adviser)
    for entry in cast["corrections"]:
        _ask_for_correction(seed, entry, adviser)
    for entry in cast["proposals"]:
        _propose(entry)


def _apply(seed: int, entry: dict[str, Any]) -> Application:
    email = entry["email"]
    user = User.objects.create(
        uuid=uuid_from(rng_for(seed, "applicant", email)),
        email=email,
        password=make_password(None),
        status=AccountStatus.APPLICANT,
        language=entry["language"],
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return Application.objects.create(
        uuid=uuid_from(rng_for(seed, "application", email)),
        user=user,
        name=entry["name"],
        text=entry["text"],
        role=entry["role"],
    )


def _decline(seed: int, entry: dict[str, Any], adviser: User) -> None:
    application = _apply(seed, entry)
    User.objects.filter(pk=application.user_id).update(status=AccountStatus.DECLINED)
    application.accepted = False
    application.answer = entry["answer"]
    application.decided_by = adviser
    application.decided_at = timezone.now()
    application.save()


def _ask_for_correction(seed: int, entry: dict[str, Any], adviser: User) -> None:
    profile = Profile.objects.get(user__email=entry["person"])
    request = CorrectionRequest(
        uuid=uuid_from(rng_for(seed, "correction", entry["person"], entry["exchange"])),
        profile=profile,
        exchange=profile.exchanges.all()[entry["exchange"]],
        text=entry["text"],
    )
    if answer := entry.get("answer"):
        request.status = CorrectionStatus.DONE
        request.answer = answer
        request.decided_by = adviser
        request.decided_at = timezone.now()
    request.save()


def _propose(entry: dict[str, Any]) -> None:
    profile = Profile.objects.select_related("user").get(user__email=entry["person"])
    if profile.user is None:
        raise ValueError("Only a member proposes.")
    ProfileSkill.objects.create(profile=profile, term=skill_for_words(profile.user, entry["name"]))
