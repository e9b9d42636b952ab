"""Who the network's people are: accounts and roles, profiles, exchanges, organisations, and the vocabulary of skills."""

from profiles.models.accounts import Application, Block, RoleGrant, User
from profiles.models.exchanges import CorrectionRequest, Exchange
from profiles.models.imports import ImportedOrganisation, ImportedPerson, ImportRun, RejectedRow
from profiles.models.organisations import FormerOrganisation, Organisation, OrganisationName
from profiles.models.people import Profile, ProfileLanguage, ProfileLink, ProfileSkill
from profiles.models.vocabulary import Term, TermAlias

__all__ = [
    "Application",
    "Block",
    "CorrectionRequest",
    "Exchange",
    "FormerOrganisation",
    "ImportRun",
    "ImportedOrganisation",
    "ImportedPerson",
    "Organisation",
    "OrganisationName",
    "Profile",
    "ProfileLanguage",
    "ProfileLink",
    "ProfileSkill",
    "RejectedRow",
    "RoleGrant",
    "Term",
    "TermAlias",
    "User",
]
