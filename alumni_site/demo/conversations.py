"""Conversations of the demo's cast, in three languages: something to read, to answer and to say yes or no to."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from alumni_site.demo.world import read_data, rng_for, uuid_from
from messaging.models import (
    Conversation,
    ConversationKind,
    GroupInvitation,
    Message,
    MessageRequest,
    MessageVersion,
    MessagingSettings,
    Participation,
    Reaction,
    RequestStatus,
)
from messaging.searching import folded
from messaging.standing import direct_key
from profiles.models import RoleGrant, User


def make_conversations(seed: int) -> None:
    """Write what the cast have said to each other, as if it had been said by and by. Runs in the caller's transaction."""
    data = read_data("conversations")
    users = {user.email: user for user in User.objects.filter(email__in=data["agreed"])}
    writer = _Writer(seed, users, timezone.now())
    MessagingSettings.objects.bulk_create(
        [MessagingSettings(user=user, norms_agreed_at=writer.now - timedelta(days=90)) for user in users.values()]
    )
    for number, entry in enumerate(data["conversations"]):
        writer.talk(number, entry)
    for entry in data["requests"]:
        writer.request(entry)
    for entry in data["invitations"]:
        writer.invitation(entry)


class _Writer:
    def __init__(self, seed: int, users: dict[str, User], now: datetime) -> None:
        self.seed, self.users, self.now = seed, users, now

    def talk(self, number: int, entry: dict[str, Any]) -> None:
        people = [self.users[email] for email in entry["people"]]
        is_group = entry["kind"] == ConversationKind.GROUP
        conversation = self._conversation(
            f"talk {number}", people, entry["messages"], name=entry["name"] if is_group else "", is_group=is_group
        )
        for at, person in enumerate(people):
            read = entry["read"][person.email]
            Participation.objects.create(
                conversation=conversation,
                user=person,
                is_owner=is_group and at == 0,
                joined_at=conversation.created_at,
                read_seq=read,
                # What waits unread when the demo is made is no news to tell of.
                noticed_seq=conversation.last_seq,
            )

    def request(self, entry: dict[str, Any]) -> None:
        sender, recipient = self.users[entry["from"]], self.users[entry["to"]]
        conversation = self._conversation(f"request {entry['from']}", [sender, recipient], [entry])
        Participation.objects.create(conversation=conversation, user=sender, read_seq=1)
        Participation.objects.create(conversation=conversation, user=recipient, noticed_seq=1)
        grant = RoleGrant.objects.filter(user=sender).order_by("pk").first()
        MessageRequest.objects.create(
            conversation=conversation,
            sender=sender,
            recipient=recipient,
            status=RequestStatus.WAITING,
            sender_role=grant.role if grant else "",
            on_behalf_of_id=grant.organisation_id if grant else None,
            asked_at=self._time(entry),
        )

    def invitation(self, entry: dict[str, Any]) -> None:
        owner = self.users[entry["from"]]
        group = self._conversation(f"group {entry['name']}", [owner], [], name=entry["name"], is_group=True)
        Participation.objects.create(conversation=group, user=owner, is_owner=True)
        GroupInvitation.objects.create(conversation=group, invited=self.users[entry["to"]], invited_by=owner)

    def _conversation(
        self, key: str, people: list[User], messages: list[dict[str, Any]], *, name: str = "", is_group: bool = False
    ) -> Conversation:
        conversation = Conversation.objects.create(
            uuid=uuid_from(rng_for(self.seed, "conversation", key)),
            kind=ConversationKind.GROUP if is_group else ConversationKind.DIRECT,
            name=name,
            direct_key="" if is_group else direct_key(people[0].pk, people[1].pk),
            last_seq=len(messages),
            last_message_at=self._time(messages[-1]) if messages else self.now,
        )
        written: list[Message] = []
        changes = 0
        for seq, entry in enumerate(messages, start=1):
            is_changed = bool(entry.get("reactions") or entry.get("before_edit"))
            changes += is_changed
            message = self._message(key, conversation, seq, entry, written, changes if is_changed else 0)
            written.append(message)
        Conversation.objects.filter(pk=conversation.pk).update(last_change=changes)
        return conversation

    def _message(
        self, key: str, conversation: Conversation, seq: int, entry: dict[str, Any], written: list[Message], change: int
    ) -> Message:
        sent_at = self._time(entry)
        message = Message.objects.create(
            uuid=uuid_from(rng_for(self.seed, "message", key, seq)),
            conversation=conversation,
            seq=seq,
            sender=self.users[entry["from"]],
            body=entry["body"],
            folded=folded(entry["body"]),
            reply_to=written[entry["reply_to"] - 1] if "reply_to" in entry else None,
            sent_at=sent_at,
            edited_at=sent_at + timedelta(minutes=3) if "before_edit" in entry else None,
            change=change,
        )
        if "before_edit" in entry:
            MessageVersion.objects.create(message=message, body=entry["before_edit"], replaced_at=sent_at + timedelta(minutes=3))
        for sign, people in entry.get("reactions", {}).items():
            for email in people:
                Reaction.objects.create(message=message, user=self.users[email], sign=sign)
        return message

    def _time(self, entry: dict[str, Any]) -> datetime:
        return self.now - timedelta(hours=entry["hours_ago"])
