"""`python -m tests.messaging.populate GROUPS PEOPLE`: groups of so many members each, everybody in one, written in bulk.

Prints JSON: for each group its id and its people, with their account's id and the key of a session they are signed in with.
The settings and the database are those of the environment.
"""

import json
import secrets
import sys
import uuid
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils import timezone  # noqa: E402

from messaging.models import Conversation, ConversationKind, MessagingSettings, Participation  # noqa: E402
from profiles.models import Profile, RoleGrant, User  # noqa: E402
from profiles.models.accounts import AccountStatus  # noqa: E402
from profiles.roles import Role  # noqa: E402


def main(groups: int, people: int) -> None:
    now = timezone.now()
    mark = uuid.uuid4().hex[:8]
    users = User.objects.bulk_create(
        User(email=f"p{n}-{mark}@example.org", status=AccountStatus.ACTIVE, password="!") for n in range(groups * people)
    )
    Profile.objects.bulk_create(
        Profile(user=user, first_name=f"First{n}", last_name=f"Last{n}", visibility_chosen_at=now) for n, user in enumerate(users)
    )
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=Role.MEMBER) for user in users)
    MessagingSettings.objects.bulk_create(MessagingSettings(user=user, norms_agreed_at=now) for user in users)
    conversations = Conversation.objects.bulk_create(
        Conversation(kind=ConversationKind.GROUP, name=f"Group {n}") for n in range(groups)
    )
    shares = [users[n * people : (n + 1) * people] for n in range(groups)]
    Participation.objects.bulk_create(
        Participation(conversation=conversation, user=user)
        for conversation, share in zip(conversations, shares, strict=True)
        for user in share
    )
    # Two sign-ins each.
    sessions = {user.pk: (_session(user), _session(user)) for user in users}
    Session.objects.bulk_create(session for pair in sessions.values() for session in pair)
    told: list[dict[str, Any]] = [
        {
            "conversation": str(conversation.uuid),
            "people": [
                {
                    "id": str(user.uuid),
                    "session": sessions[user.pk][0].session_key,
                    "second_session": sessions[user.pk][1].session_key,
                }
                for user in share
            ],
        }
        for conversation, share in zip(conversations, shares, strict=True)
    ]
    print(json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "groups": told}))


def _session(user: User) -> Session:
    data = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return Session(
        session_key=secrets.token_hex(16),
        session_data=SessionStore().encode(data),
        expire_date=timezone.now() + timedelta(days=1),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
