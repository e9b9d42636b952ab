"""The roles a person may have, and the audience each belongs to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.audiences import Audience


class Role(models.TextChoices):
    PARTICIPANT = "participant", _("Participant")
    MEMBER = "member", _("Member")
    ENTREPRENEUR = "entrepreneur", _("Social entrepreneur")
    OFFICER = "officer", _("Mission officer")
    COORDINATOR = "coordinator", _("Partner coordinator")
    ADVISER = "adviser", _("Norec adviser")
    EDITOR = "editor", _("Norec editor")


AUDIENCE_OF_ROLE: dict[Role, Audience] = {
    Role.PARTICIPANT: Audience.MEMBERS,
    Role.MEMBER: Audience.MEMBERS,
    Role.ENTREPRENEUR: Audience.MEMBERS,
    Role.OFFICER: Audience.MISSIONS,
    Role.COORDINATOR: Audience.PARTNERS,
    Role.ADVISER: Audience.NOREC,
    Role.EDITOR: Audience.NOREC,
}

# Roles a person has on behalf of an organisation.
ROLES_OF_AN_ORGANISATION = frozenset({Role.OFFICER, Role.COORDINATOR})

# Roles that follow from exchanges: who has been away, and who is home again. All others are given by staff.
ROLES_BY_EXCHANGES = frozenset({Role.PARTICIPANT, Role.MEMBER})
