"""Who may do what in the resource bank. Everybody may search: what they find is for disclosure to say."""

from profiles.roles import Role
from profiles.viewers import Viewer


def can_keep(viewer: Viewer) -> bool:
    """Save searches and people: whoever has an account that is a member's."""
    return viewer.user is not None and viewer.user.is_member


def can_export_people(viewer: Viewer) -> bool:
    """Take a result out as a file: Norec's advisers, while they act as such, and administrators."""
    if not viewer.is_norec or viewer.user is None or not viewer.user.is_member:
        return False
    return viewer.capacity.role == Role.ADVISER if viewer.capacity else viewer.user.is_superuser
