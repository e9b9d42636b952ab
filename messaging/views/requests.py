"""The first message to somebody, and the request as its recipient sees it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from alumni_site.core.errors import NetworkError
from alumni_site.core.redirects import safe_next
from messaging.forms import FirstMessageForm
from messaging.models import Conversation, MessageRequest, MessagingSettings
from messaging.policies import (
    LIMITED,
    are_talking,
    first_contacts_a_day,
    why_not_begin,
    why_not_write_to,
)
from messaging.reading import Thread, name_of, window
from messaging.reading.people import capacity_words
from messaging.services.choices import agree_to_norms
from messaging.services.requests import (
    accept_request,
    block_sender,
    decline_request,
    first_contacts_today,
    ignore_request,
    restore_request,
    why_not_ask_again,
    withdraw_request,
    write_to,
)
from messaging.standing import direct_key
from messaging.views.common import do, not_there
from messaging.views.inbox import inbox_column
from profiles.accounts.decorators import AccountRequest, active_member_page
from profiles.audiences import Audience
from profiles.disclosure import DisclosedProfile, disclose, disclose_to
from profiles.models import Profile
from profiles.sentences import joined


def request_page(request: AccountRequest, thread: Thread) -> HttpResponse:
    """What somebody who is asked sees: who it is, what the two have in common, the one text, and the answers."""
    shown = window(request.viewer, thread)
    first = shown.messages[-1] if shown.messages else None
    person = _seen(request, thread)
    sent_at = timezone.localtime(first.sent_at if first else timezone.now())
    context = {
        **inbox_column(request, current=thread.uuid),
        "thread": thread,
        "name": name_of(thread.other),
        "exchange": person.latest_exchange if person else None,
        "common": _in_common(request, person),
        "acts_for": capacity_words(thread.request.sender_role, thread.request.on_behalf_of) if thread.request else "",
        "text": first.body if first else "",
        "message": first,
        "sent_at": sent_at,
        "day": sent_at.date(),
    }
    return render(request, "messaging/request.html", context)


def _seen(request: AccountRequest, thread: Thread) -> DisclosedProfile | None:
    if thread.other is None or thread.other.uuid is None or not thread.other.has_profile:
        return None
    profile = Profile.objects.visible_to(request.viewer).with_disclosable().filter(uuid=thread.other.uuid).first()
    return disclose(profile, request.viewer) if profile is not None else None


def _in_common(request: AccountRequest, person: DisclosedProfile | None) -> str:
    """Organisations that both have been at, as far as the other shows theirs to this reader."""
    own = Profile.objects.with_disclosable().filter(pk=request.viewer.profile_id or 0).first()
    mine = disclose_to(own, Audience.NOREC) if own is not None else None
    theirs = _organisations(person)
    shared = [name for uuid, name in theirs.items() if uuid in _organisations(mine)]
    if not shared:
        return _("You do not know each other yet.")
    return ngettext(
        "You do not know each other yet. You have one thing in common: %(names)s.",
        "You do not know each other yet. You have %(count)s things in common: %(names)s.",
        len(shared),
    ) % {"count": len(shared), "names": joined(shared)}


def _organisations(person: DisclosedProfile | None) -> dict[UUID, str]:
    stays = person.exchanges if person else ()
    found = [each for stay in stays for each in (stay.sending_organisation, stay.host_organisation)]
    return {each.uuid: each.name for each in found if each is not None}


@require_POST
@active_member_page
def request_answer(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Say yes, no, nothing, or never again; or take out again what was put away. Pressed twice is pressed once."""
    received = MessageRequest.objects.filter(recipient=request.user).select_related("conversation", "sender")
    asked = get_object_or_404(received, uuid=uuid)
    services = {
        "accept": accept_request,
        "decline": decline_request,
        "ignore": ignore_request,
        "undo": restore_request,
        "block": block_sender,
    }
    chosen = request.POST.get("do", "")
    if chosen not in services:
        raise Http404
    done = do(request, services[chosen], request=asked)
    if chosen in ("accept", "undo") and done:
        return redirect("conversation", uuid=asked.conversation.uuid)
    if done:
        undo = request.path if chosen == "ignore" else ""
        said = {
            "decline": _("You have said no, thank you."),
            "ignore": _("Put away. The sender is told nothing."),
            "block": _("Blocked. You do not see each other any more."),
        }
        messages.success(request, said[chosen], extra_tags=undo)
    return redirect(safe_next(request, "messages"))


@require_POST
@active_member_page
def request_withdraw(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Take one's own request back."""
    asked = get_object_or_404(MessageRequest, uuid=uuid, sender=request.user)
    if do(request, withdraw_request, request=asked):
        messages.success(request, _("You have taken the request back."))
    return redirect("messages")


@require_http_methods(["GET", "POST"])
@active_member_page
def message_write(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Write to a person from their profile: goes on where the two talk already, else one text as a request."""
    profile = Profile.objects.visible_to(request.viewer).with_disclosable().filter(uuid=uuid).first()
    person = disclose(profile, request.viewer) if profile is not None else None
    if profile is None or person is None or profile.user_id is None or profile.user_id == request.user.pk:
        return not_there(request, request.POST.get("body", ""))
    there = _conversation_with(request, profile.user_id)
    # What is typed goes there too: the other may have written meanwhile.
    if there is not None and request.method == "GET":
        return redirect("conversation", uuid=there)
    asks_norms = not MessagingSettings.objects.filter(user=request.user, norms_agreed_at__isnull=False).exists()
    form = FirstMessageForm(request.POST if request.method == "POST" else None, asks_norms=asks_norms)
    if request.method == "POST" and form.is_valid():
        try:
            if asks_norms:
                agree_to_norms(actor=request.viewer)
            sent = write_to(
                actor=request.viewer, profile=profile, body=form.cleaned_data["body"], client_id=form.cleaned_data["client_id"]
            )
        except NetworkError as error:
            form.add_error("body" if error.code in ("empty", "too_long") else None, error.message)
        else:
            if there is None:
                messages.success(request, _("Your request is sent. You are told when there is an answer."))
            return redirect("conversation", uuid=sent.message.conversation.uuid)
    context = {"form": form, "person": person, "asks_norms": asks_norms, **_may_begin(request, profile)}
    return render(request, "messaging/write.html", context, status=422 if form.is_bound else 200)


def _may_begin(request: AccountRequest, profile: Profile) -> dict[str, Any]:
    """How many new people may still be written to today, or why this one may not."""
    left = max(0, first_contacts_a_day(request.viewer) - first_contacts_today(request.user))
    between = direct_key(request.user.pk, profile.user_id or 0)
    earlier = MessageRequest.objects.filter(conversation__direct_key=between).first()
    refusal = why_not_write_to(request.viewer, profile) or why_not_ask_again(request.user, earlier)
    limited = why_not_begin(request.viewer)
    if limited is not None and limited.code == LIMITED.code:
        refusal = limited
    words = str(refusal.words) if refusal is not None else ""
    if not words and not left:
        words = _("You have written to many new people today. Write to more tomorrow, or go on with those you talk with.")
    return {"left": left, "refusal": words}


def _conversation_with(request: AccountRequest, user_id: int) -> UUID | None:
    """The conversation of the two where there is one to read: both talk, or one waits for the other."""
    found = Conversation.objects.visible_to(request.viewer).filter(direct_key=direct_key(request.user.pk, user_id)).first()
    if found is None:
        return None
    waiting = MessageRequest.objects.filter(conversation=found, status__in=("waiting", "ignored")).exists()
    return found.uuid if waiting or are_talking(request.user.pk, user_id) else None
