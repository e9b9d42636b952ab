"""Accounts, the roles people act in, and who has blocked whom."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified, TimeStamped
from profiles.accounts.querysets import ApplicationQuerySet, UserQuerySet
from profiles.audiences import Audience
from profiles.querysets import BlockManager
from profiles.roles import AUDIENCE_OF_ROLE, Role


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account. `email` is the login and is kept in lower case. Raises `ValueError` without one."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields = {"status": AccountStatus.ACTIVE, **fields, "is_staff": True, "is_superuser": True}
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class AccountStatus(models.TextChoices):
    APPLICANT = "applicant", _("Waiting for an answer")
    ACTIVE = "active", _("Active")
    DECLINED = "declined", _("Not a member")
    SUSPENDED = "suspended", _("Suspended")


class User(PubliclyIdentified, AbstractBaseUser, PermissionsMixin):
    """An account. What others may see of a person is in `Profile`; this holds what is needed to sign in."""

    email = models.EmailField(_("e-mail address"), unique=True)
    status = models.CharField(max_length=12, choices=AccountStatus, default=AccountStatus.APPLICANT)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=5, blank=True, help_text="nn, nb or en; empty until the person chooses")
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name; empty until the person chooses")
    date_joined = models.DateTimeField(default=timezone.now)
    # What staff last wrote when they suspended or reinstated the account; the person gets it by mail.
    standing_note = models.TextField(blank=True)
    # The capacity chosen last, taken up again at the next sign-in.
    last_capacity = models.ForeignKey("RoleGrant", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # Counting up ends every session of the account (`_get_session_auth_hash`).
    session_epoch = models.PositiveIntegerField(default=0)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case"),
            models.CheckConstraint(condition=Q(status__in=AccountStatus.values), name="user_status_known"),
        ]

    def __str__(self) -> str:
        # Never the address: this text ends up in logs and admin lists.
        return f"account {self.uuid}"

    @property
    def is_member(self) -> bool:
        return self.is_active and self.status == AccountStatus.ACTIVE

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """As Django's, with the epoch: a session made before it counted up is no longer of this account."""
        key_salt = "profiles.models.accounts.User.get_session_auth_hash"
        return salted_hmac(key_salt, f"{self.password}:{self.session_epoch}", secret=secret, algorithm="sha256").hexdigest()

    # Wagtail, Django and our own header ask for these when they greet a person.
    def get_full_name(self) -> str:
        profile = getattr(self, "profile", None)
        if profile is not None:
            return profile.name
        application = getattr(self, "application", None)
        return application.name if application is not None else ""

    def get_short_name(self) -> str:
        return self.get_full_name().split(" ")[0]


class RoleGrant(PubliclyIdentified, TimeStamped):
    """One role of one person: a capacity they may act in. An officer's is for a mission, a coordinator's for a partner."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=16, choices=Role)
    organisation = models.ForeignKey(
        "profiles.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants"
    )
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(organisation=None), name="rolegrant_once_without_organisation"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(organisation__isnull=False),
                name="rolegrant_once_per_organisation",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="rolegrant_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} grant {self.uuid}"

    @property
    def audience(self) -> Audience:
        return AUDIENCE_OF_ROLE[Role(self.role)]


class Application(PubliclyIdentified, TimeStamped):
    """Somebody who signed up and is not on file, or asks for a role that a record does not give: staff answer, with words."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="application")
    name = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    role = models.CharField(max_length=16, choices=Role, default=Role.MEMBER)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    accepted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    # The person is in by their record: staff answer about the role alone, and undo nothing of the record.
    is_for_role_only = models.BooleanField(default=False)

    objects: ClassVar[ApplicationQuerySet] = ApplicationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, accepted=None) | Q(decided_at__isnull=False, accepted__isnull=False),
                name="application_decided_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"application {self.uuid}"


class Block(TimeStamped):
    """One person wants nothing to do with another. It works both ways: neither sees the other."""

    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks_received")

    objects: ClassVar[BlockManager] = BlockManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"block {self.pk}"
