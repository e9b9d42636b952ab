"""Roles: granting and taking away, and keeping the rights in the editors' admin in step with them."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from privacy.services import record
from profiles.accounts.policies import can_manage_members, is_own_adviser_role
from profiles.accounts.services.claiming import vouch_for_address
from profiles.models import Organisation, OrganisationName, RoleGrant, User
from profiles.models.accounts import AccountStatus
from profiles.models.organisations import OrganisationKind, organisation_key
from profiles.roles import ROLES_OF_AN_ORGANISATION, Role
from profiles.viewers import Viewer

GROUP_OF_ROLE = {Role.ADVISER: "Norec advisers", Role.EDITOR: "Norec editors"}


@transaction.atomic
def grant_role(
    *, actor: Viewer, user: User, role: Role, organisation: Organisation | None = None, new_organisation: str = ""
) -> RoleGrant:
    """Give a member a role. An officer's is for a mission, a coordinator's for a partner organisation.

    `new_organisation` is the name of one that is not in the list, made when there is none. Raises `NotAllowed`;
    `Invalid` when the organisation does not fit the role; `Conflict` when the account is not active or has the role already.
    """
    _check_manager(actor)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.status != AccountStatus.ACTIVE:
        raise Conflict(_("Only an active member can have a role. Answer the application or reinstate the account first."))
    grant = give_role(user=locked, role=role, organisation=organisation, new_organisation=new_organisation, granted_by=actor.user)
    record(actor=actor.user, action="profiles.role_granted", thing=user, details=_role_details(grant))
    return grant


@transaction.atomic
def revoke_role(*, actor: Viewer, grant: RoleGrant) -> None:
    """Take a role away. It holds from the person's next request.

    Raises `NotAllowed`, and `Conflict` when it is one's own role as adviser or has been taken away already.
    """
    _check_manager(actor)
    if is_own_adviser_role(actor, grant):
        raise Conflict(_("You cannot take your own role as adviser away. Ask another adviser to do it."))
    user = User.objects.select_for_update().get(pk=grant.user_id)
    details = _role_details(grant)
    if not RoleGrant.objects.filter(pk=grant.pk).delete()[0]:
        raise Conflict(_("Somebody has taken this role away already."))
    sync_staff_access(user)
    record(actor=actor.user, action="profiles.role_revoked", thing=user, details=details)


@transaction.atomic
def grant_role_at_console(*, user: User, role: Role, organisation: str = "") -> RoleGrant:
    """What `manage.py grant_role` does: whoever has the console is trusted. Makes the account active and its address verified.

    Raises `Invalid` and `Conflict` as `grant_role` does.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    vouch_for_address(user=locked)
    if locked.status != AccountStatus.ACTIVE:
        locked.status = AccountStatus.ACTIVE
        locked.save(update_fields=["status"])
    grant = give_role(user=locked, role=role, organisation=None, new_organisation=organisation, granted_by=None)
    record(actor=None, action="profiles.role_granted", thing=user, details={**_role_details(grant), "console": True})
    return grant


def give_role(
    *, user: User, role: Role, organisation: Organisation | None, new_organisation: str = "", granted_by: User | None
) -> RoleGrant:
    """Write a grant, for services that have asked their own policy. Raises `Invalid` and `Conflict` as `grant_role` does."""
    if organisation is None and new_organisation.strip():
        organisation = _organisation_called(new_organisation, role)
    check_organisation_of_role(role, organisation)
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(user=user, role=role, organisation=organisation, granted_by=granted_by)
    except IntegrityError as error:
        raise Conflict(_("This person has this role already.")) from error
    sync_staff_access(user)
    return grant


def check_organisation_of_role(role: Role, organisation: Organisation | None) -> None:
    """Raises `Invalid` with words when this role cannot be had for this organisation, or needs one."""
    if role not in ROLES_OF_AN_ORGANISATION:
        if organisation is not None:
            raise Invalid(_("This role is not for an organisation."), code="organisation")
        return
    if organisation is None:
        raise Invalid(_("Choose the organisation this role is for."), code="organisation")
    is_mission = organisation.kind == OrganisationKind.MISSION
    if role == Role.OFFICER and not is_mission:
        raise Invalid(_("A mission officer works at a mission. Choose one."), code="organisation")
    if role == Role.COORDINATOR and is_mission:
        raise Invalid(_("A partner coordinator works at a partner organisation. Choose one."), code="organisation")


def _organisation_called(name: str, role: Role) -> Organisation:
    """The organisation that goes by this name, made when there is none: a mission for an officer."""
    name = " ".join(name.split())
    known = OrganisationName.objects.select_related("organisation").filter(key=organisation_key(name)).first()
    if known is not None:
        return known.organisation
    if role not in ROLES_OF_AN_ORGANISATION:
        raise Invalid(_("This role is not for an organisation."), code="organisation")
    kind = OrganisationKind.MISSION if role == Role.OFFICER else OrganisationKind.UNKNOWN
    organisation = Organisation.objects.create(name=name, kind=kind)
    OrganisationName.objects.create(organisation=organisation, name=name)
    return organisation


def sync_staff_access(user: User) -> None:
    """Bring the account's groups and its staff mark in step with its roles, for the editors' admin and Norec's own pages."""
    roles = {Role(role) for role in user.role_grants.values_list("role", flat=True)}
    for role, name in GROUP_OF_ROLE.items():
        if role in roles:
            user.groups.add(staff_group(role))
        else:
            user.groups.remove(*Group.objects.filter(name=name))
    is_staff = user.is_superuser or bool(roles & set(GROUP_OF_ROLE))
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


def staff_group(role: Role) -> Group:
    """The group of advisers or of editors, made on first use. Editors write and publish pages, pictures and documents."""
    group, is_new = Group.objects.get_or_create(name=GROUP_OF_ROLE[role])
    if is_new and role == Role.EDITOR:
        _let_publish(group)
    return group


def _let_publish(group: Group) -> None:
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    group.permissions.add(_permission("wagtailadmin", "access_admin"))
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    for codename in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=_permission("wagtailcore", codename))
    for app, thing in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for codename in (f"add_{thing}", f"change_{thing}", f"choose_{thing}"):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=_permission(app, codename)
            )


def _permission(app: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def _check_manager(actor: Viewer) -> None:
    if not can_manage_members(actor):
        raise NotAllowed(_("Only Norec's advisers give and take roles."))


def _role_details(grant: RoleGrant) -> dict[str, Any]:
    organisation = str(grant.organisation.uuid) if grant.organisation else None
    return {"role": str(grant.role), "organisation": organisation}
