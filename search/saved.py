"""What members keep: saving, renaming and taking away; and telling them when somebody new fits a search."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from notifications.services import notify
from profiles.disclosure import DisclosedProfile, disclose_many
from profiles.models import Profile, User
from profiles.viewers import Viewer, viewer_for
from search.facets import load_labels, with_successors
from search.forms import PeopleAddress, saved_query_string
from search.models import SavedPerson, SavedSearch, SavedSearchPerson
from search.people import matching_ids
from search.policies import can_keep
from search.queries import PeopleQuery

MAX_SEARCHES = 30
MAX_PEOPLE = 500
# So many people of a search are remembered one by one; a wider search cannot tell who is new.
MAX_REMEMBERED = 5000
LONGEST_QUERY = 8000
# How long a deleted search can be had back, and a person counts as new on the page of a search.
UNDO = timedelta(days=1)
NEW = timedelta(days=60)
MAX_NEW_SHOWN = 60

NEW_PEOPLE = "search.new_people"


def question_of(search: SavedSearch) -> PeopleQuery:
    """The question that was saved, with the terms it asks for as they are called now. What is gone is asked for still, and
    finds nobody: a question must not become wider by itself."""
    query = PeopleAddress.from_params(QueryDict(search.query)).query
    return with_successors(query, load_labels(query.filters))


def save_search(*, actor: Viewer, name: str, query_string: str, tells_of_new: bool = True) -> SavedSearch:
    """Keep a question for the audience the actor acts for. Those who fit it already are remembered, and not told of.

    `query_string` holds parameters as in the address of a result; what makes no sense in it is left out. Saving the same
    question again gives the one there is, with the new name.

    Raises `NotAllowed` for somebody who is no member, `Invalid` for a question that is too long, `Conflict` when they
    have `MAX_SEARCHES` already, and `SearchUnavailable` when the engine does not answer.
    """
    if not can_keep(actor):
        raise NotAllowed(_("Only members can save searches."))
    question = PeopleAddress.from_params(QueryDict(query_string[: LONGEST_QUERY * 2])).query
    query = saved_query_string(question)
    if len(query) > LONGEST_QUERY:
        raise Invalid(_("This search has too many filters to be saved. Take some away."))
    fitting = _people_who_fit(question, actor)
    with transaction.atomic():
        own = _locked_searches(actor)
        search = own.filter(audience=actor.audience, query=query).first()
        if search is None:
            _require_room(own.count())
            search = SavedSearch(owner=actor.user, audience=actor.audience, query=query, tells_of_new=False)
        begins = search.pk is None or (tells_of_new and not search.tells_of_new)
        search.name, search.tells_of_new = name, tells_of_new
        search.save()
        if begins:
            _remember(search, actor, fitting, is_news=False)
    return search


def change_search(*, actor: Viewer, search: SavedSearch, name: str, tells_of_new: bool) -> None:
    """Give a search another name, or begin or stop telling of new people.

    Whoever came while nobody was told is not told of later. Raises `NotAllowed` when it is another's.
    """
    _require_own(actor, search)
    viewer = _viewer_of(search)
    begins = tells_of_new and not search.tells_of_new
    fitting = _people_who_fit(question_of(search), viewer) if viewer and begins else None
    search.name, search.tells_of_new = name, tells_of_new
    with transaction.atomic():
        search.save(update_fields=["name", "tells_of_new", "updated_at"])
        if viewer and begins:
            _remember(search, viewer, fitting, is_news=False)


def delete_search(*, actor: Viewer, search: SavedSearch) -> None:
    """Take a search away; for a day it can be had back. Raises `NotAllowed` when it is another's."""
    _require_own(actor, search)
    search.deleted_at = timezone.now()
    search.save(update_fields=["deleted_at", "updated_at"])


def restore_search(*, actor: Viewer, search: SavedSearch) -> None:
    """Have a deleted search back. Raises `NotAllowed` when it is another's, `Conflict` when there is no room any more."""
    _require_own(actor, search)
    with transaction.atomic():
        _require_room(_locked_searches(actor).count())
        search.deleted_at = None
        search.save(update_fields=["deleted_at", "updated_at"])


def new_people(viewer: Viewer, search: SavedSearch) -> list[DisclosedProfile]:
    """The people the owner was told of in the last months, newest first, who fit still and whom they may see still.

    Nobody while the viewer acts for another audience than the search was saved for.
    """
    if viewer.user is None or search.owner_id != viewer.user.pk or viewer.audience != search.audience:
        return []
    noted = search.people.filter(noted_at__gte=timezone.now() - NEW).order_by("-noted_at", "-id")
    recent = list(noted.values_list("profile_id", flat=True)[:MAX_NEW_SHOWN])
    fitting = set(_people_who_fit(question_of(search), viewer) or ())
    profiles = Profile.objects.visible_to(viewer).filter(pk__in=fitting.intersection(recent)).with_account()
    order = {pk: place for place, pk in enumerate(recent)}
    return disclose_many(sorted(profiles, key=lambda profile: order[profile.pk]), viewer)


def note_new_people() -> int:
    """Tell the owners of saved searches who is new. Returns how many notices were written. Safe to run twice, or twice at
    once: who has been told of is remembered in the same transaction as the telling.
    """
    SavedSearch.objects.filter(deleted_at__lt=timezone.now() - UNDO).delete()
    due = SavedSearch.objects.to_check().order_by("checked_at", "pk")
    return sum(_note_new_people_of(pk) for pk in list(due.values_list("pk", flat=True)))


def save_person(*, actor: Viewer, profile: Profile) -> None:
    """Put a person on the actor's list; twice is once. `profile` must come from `visible_to(actor)`.

    Raises `NotAllowed` for somebody who is no member, `Conflict` when the list is full.
    """
    if not can_keep(actor):
        raise NotAllowed(_("Only members can save people."))
    with transaction.atomic():
        if SavedPerson.objects.of(actor.user).count() >= MAX_PEOPLE:
            raise Conflict(_("You have saved %(count)s people. Take some off the list first.") % {"count": MAX_PEOPLE})
        SavedPerson.objects.get_or_create(owner=actor.user, profile=profile)


def unsave_person(*, actor: Viewer, profile_uuid: UUID) -> None:
    """Take a person off the actor's list, whether or not they can be seen now."""
    SavedPerson.objects.of(actor.user).filter(profile__uuid=profile_uuid).delete()


def saved_people(viewer: Viewer) -> list[DisclosedProfile]:
    """The people on the viewer's list, last saved first, as far as they may be seen now. Nothing tells of the others."""
    kept = SavedPerson.objects.of(viewer.user).values_list("profile_id", flat=True)
    order = {pk: place for place, pk in enumerate(kept)}
    profiles = Profile.objects.visible_to(viewer).filter(pk__in=order).with_account()
    return disclose_many(sorted(profiles, key=lambda profile: order[profile.pk]), viewer)


def _note_new_people_of(search_id: int) -> int:
    search = SavedSearch.objects.to_check().select_related("owner").filter(pk=search_id).first()
    viewer = _viewer_of(search) if search else None
    if search is None or viewer is None:
        return 0
    fitting = _people_who_fit(question_of(search), viewer)
    with transaction.atomic():
        # Taken again under a lock: the owner may have changed or deleted it, and another run may be at it too.
        locked = SavedSearch.objects.to_check().select_for_update(of=("self",)).filter(pk=search_id).first()
        new = _remember(locked, viewer, fitting, is_news=True) if locked else []
        if not new:
            return 0
        notify(
            recipient=search.owner,
            kind=NEW_PEOPLE,
            data={"search": str(search.uuid), "name": search.name, "count": len(new)},
            # Rests on the rows just written, so that no two runs can tell of the same people.
            key=f"{search.uuid}:{new[0]}",
        )
        return 1


def _viewer_of(search: SavedSearch) -> Viewer | None:
    """The owner in the capacity they saved it in, or None when they no longer have it."""
    viewer = viewer_for(search.owner, capacity=search.audience)
    return viewer if viewer.audience == search.audience and can_keep(viewer) else None


def _people_who_fit(question: PeopleQuery, viewer: Viewer) -> list[int] | None:
    """Profile ids, without the viewer's own; None when they are too many to remember."""
    ids = matching_ids(viewer, question, limit=MAX_REMEMBERED + 1)
    return [pk for pk in ids if pk != viewer.profile_id] if len(ids) <= MAX_REMEMBERED else None


def _remember(search: SavedSearch, viewer: Viewer, ids: list[int] | None, *, is_news: bool) -> list[int]:
    """Remember who fits, and return those who were not known. A search that was too wide until now starts afresh."""
    was_too_wide, search.is_too_wide, search.checked_at = search.is_too_wide, ids is None, timezone.now()
    search.save(update_fields=["is_too_wide", "checked_at"])
    known = search.people.values_list("profile_id", flat=True) if ids else ()
    unknown = set(ids or ()).difference(known)
    if not unknown:
        return []
    # Once more through the gate: whoever has hidden since the search is neither remembered nor told of.
    seen = list(Profile.objects.visible_to(viewer).filter(pk__in=unknown).order_by("pk").values_list("pk", flat=True))
    noted_at = search.checked_at if is_news and not was_too_wide else None
    people = [SavedSearchPerson(search=search, profile_id=pk, noted_at=noted_at) for pk in seen]
    SavedSearchPerson.objects.bulk_create(people, batch_size=500)
    return seen if noted_at else []


def _locked_searches(actor: Viewer) -> QuerySet[SavedSearch]:
    """The actor's searches; until the transaction ends nobody else can save one for them."""
    User.objects.select_for_update().get(pk=actor.user.pk)  # type: ignore[union-attr]
    return SavedSearch.objects.of(actor)


def _require_room(count: int) -> None:
    if count >= MAX_SEARCHES:
        raise Conflict(_("You have %(count)s saved searches. Delete one before you save another.") % {"count": MAX_SEARCHES})


def _require_own(actor: Viewer, search: SavedSearch) -> None:
    if actor.user is None or search.owner_id != actor.user.pk:
        raise NotAllowed(_("This search is somebody else’s."))
