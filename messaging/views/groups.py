"""Beginning something new, and groups: who takes part, and what their owner does."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alumni_site.core.errors import NetworkError
from alumni_site.core.redirects import safe_next
from messaging.forms import GroupForm, GroupNameForm, InviteForm
from messaging.models import Conversation, ConversationKind, GroupInvitation
from messaging.policies import can_leave, can_run_group, participates
from messaging.reading import Correspondent, Thread, waiting_invitation
from messaging.reading.people import people_of
from messaging.services.groups import (
    answer_invitation,
    create_group,
    hand_over,
    invite,
    leave,
    remove_participant,
    rename_group,
    withdraw_invitation,
)
from messaging.standing import other_account
from messaging.views.common import a_uuid, do, find_thread
from messaging.views.inbox import inbox_column
from messaging.views.showing import heading
from profiles.accounts.decorators import AccountRequest, active_member_page
from profiles.models import Profile, User


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody one talks with, and where."""

    person: Correspondent
    conversation: UUID
    user_id: int


@dataclass(frozen=True, slots=True)
class Invited:
    uuid: UUID
    person: Correspondent | None
    user_id: int


@require_GET
@active_member_page
def message_new(request: AccountRequest) -> HttpResponse:
    """To whom: somebody one talks with, somebody new, or several at once."""
    return render(request, "messaging/new.html", {"talking_with": talking_with(request)})


@require_http_methods(["GET", "POST"])
@active_member_page
def group_new(request: AccountRequest) -> HttpResponse:
    """Make a group and invite people into it."""
    known = talking_with(request)
    form = GroupForm(request.POST if request.method == "POST" else None, people=_choices(known))
    if request.method == "POST" and form.is_valid():
        wanted = set(form.cleaned_data.get("people", []))
        profiles = _profiles(each.user_id for each in known if str(each.person.id) in wanted)
        try:
            made = create_group(actor=request.viewer, name=form.cleaned_data["name"], invited=profiles)
        except NetworkError as error:
            if error.code == "norms_not_agreed":
                return redirect("messaging_norms")
            form.add_error(None, error.message)
        else:
            return redirect("group", uuid=made.uuid)
    return render(request, "messaging/group_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
@active_member_page
def group(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Who takes part, and for its owner what one can do about it."""
    return _group_page(request, _group(request, uuid))


def _group_page(request: AccountRequest, thread: Thread, *, rename: Any = None, inviting: Any = None) -> HttpResponse:
    may_run = can_run_group(request.viewer, thread.conversation)
    invited = _invited(request, thread)
    context: dict[str, Any] = {
        "thread": thread,
        "title": heading(thread),
        "invited": invited,
        "may_run": may_run,
        "can_leave": can_leave(request.viewer, thread.conversation),
    }
    if may_run:
        here = {str(each.person.id) for each in thread.people if each.person} | {
            str(each.person.id) for each in invited if each.person
        }
        choices = [choice for choice in _choices(talking_with(request)) if choice[0] not in here]
        context |= {
            "name_form": rename or GroupNameForm(initial={"name": thread.title}),
            "invite_form": inviting or InviteForm(people=choices),
            "can_be_invited": bool(choices),
        }
    return render(request, "messaging/group.html", context, status=422 if rename or inviting else 200)


@require_POST
@active_member_page
def group_invite(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Ask somebody one talks with to join."""
    thread = _own_group(request, uuid)
    known = talking_with(request)
    form = InviteForm(request.POST, people=_choices(known))
    if not form.is_valid():
        return _group_page(request, thread, inviting=form)
    user_id = next(each.user_id for each in known if str(each.person.id) == form.cleaned_data["person"])
    if do(request, invite, conversation=thread.conversation, profile=_profiles([user_id])[0]):
        messages.success(request, _("The invitation is sent."))
    return redirect("group", uuid=uuid)


@require_POST
@active_member_page
def group_rename(request: AccountRequest, uuid: UUID) -> HttpResponse:
    thread = _own_group(request, uuid)
    form = GroupNameForm(request.POST)
    if not form.is_valid():
        return _group_page(request, thread, rename=form)
    if do(request, rename_group, conversation=thread.conversation, name=form.cleaned_data["name"]):
        messages.success(request, _("The group has a new name."))
    return redirect("group", uuid=uuid)


@require_http_methods(["GET", "POST"])
@active_member_page
def group_person(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Take somebody out, or let them run the group: first what it means, then the press."""
    thread = _own_group(request, uuid)
    values = request.POST if request.method == "POST" else request.GET
    chosen, wanted = values.get("do", ""), a_uuid(values.get("person"))
    service = {"remove": remove_participant, "hand_over": hand_over}.get(chosen)
    if service is None:
        raise Http404
    if request.method == "GET":
        person = next((each.person for each in thread.people if each.person and each.person.id == wanted and wanted), None)
        if person is None:
            raise Http404
        context = {"thread": thread, "title": heading(thread), "do": chosen, "person": person}
        return render(request, "messaging/group_confirm.html", context)
    user = get_object_or_404(User, uuid=wanted, participations__conversation=thread.conversation)
    if do(request, service, conversation=thread.conversation, user=user):
        messages.success(request, _("Done."))
    return redirect("group", uuid=uuid)


@require_http_methods(["GET", "POST"])
@active_member_page
def group_leave(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Leave the group: first what it means, then the press."""
    thread = _group(request, uuid)
    if request.method == "GET":
        if not can_leave(request.viewer, thread.conversation):
            raise Http404
        return render(request, "messaging/group_confirm.html", {"thread": thread, "title": heading(thread), "do": "leave"})
    if do(request, leave, conversation=thread.conversation):
        messages.success(request, _("You have left the group."))
    return redirect("messages")


@require_GET
@active_member_page
def group_invitation(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """What one is asked to join, before one answers."""
    found = waiting_invitation(request.viewer, uuid)
    if found is None:
        raise Http404
    return render(request, "messaging/invitation.html", {"invitation": found, **inbox_column(request, current=uuid)})


@require_POST
@active_member_page
def invitation_answer(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Join, or say no. Pressed twice is pressed once."""
    invitation = get_object_or_404(GroupInvitation.objects.sent_to(request.viewer).select_related("conversation"), uuid=uuid)
    answer = request.POST.get("do", "")
    if answer not in ("join", "decline"):
        raise Http404
    done = do(request, answer_invitation, invitation=invitation, is_yes=answer == "join")
    # Joined before, they may have left meanwhile.
    if done and answer == "join" and participates(request.user.pk, invitation.conversation):
        return redirect("conversation", uuid=invitation.conversation.uuid)
    return redirect(safe_next(request, "messages"))


@require_POST
@active_member_page
def invitation_withdraw(request: AccountRequest, uuid: UUID) -> HttpResponse:
    groups = Conversation.objects.visible_to(request.viewer)
    invitation = get_object_or_404(GroupInvitation.objects.filter(conversation__in=groups), uuid=uuid)
    do(request, withdraw_invitation, invitation=invitation)
    return redirect("group", uuid=invitation.conversation.uuid)


def talking_with(request: AccountRequest) -> list[Known]:
    """Everybody the reader has a conversation of two with that both have agreed to, by name."""
    me = request.user.pk
    between = Conversation.objects.visible_to(request.viewer).filter(kind=ConversationKind.DIRECT)
    between = between.exclude(request__status__in=("waiting", "ignored", "declined", "withdrawn"))
    others = {other_account(conversation, me): conversation.uuid for conversation in between}
    people = people_of(request.viewer, others)
    known = [
        Known(person, conversation, user_id)
        for user_id, conversation in others.items()
        if user_id is not None and (person := people.get(user_id)) is not None and person.id is not None
    ]
    return sorted(known, key=lambda each: each.person.name.casefold())


def _choices(known: list[Known]) -> list[tuple[str, str]]:
    return [(str(each.person.id), each.person.name) for each in known]


def _profiles(user_ids: Any) -> list[Profile]:
    return list(Profile.objects.select_related("user").filter(user__in=list(user_ids)))


def _group(request: AccountRequest, uuid: UUID) -> Thread:
    thread = find_thread(request, uuid)
    if thread.kind == ConversationKind.DIRECT:
        raise Http404
    return thread


def _own_group(request: AccountRequest, uuid: UUID) -> Thread:
    thread = _group(request, uuid)
    if not can_run_group(request.viewer, thread.conversation):
        raise Http404
    return thread


def _invited(request: AccountRequest, thread: Thread) -> list[Invited]:
    waiting = list(GroupInvitation.objects.filter(conversation=thread.conversation, status="waiting").order_by("created_at"))
    people = people_of(request.viewer, [each.invited_id for each in waiting])
    return [Invited(each.uuid, people.get(each.invited_id), each.invited_id) for each in waiting]
