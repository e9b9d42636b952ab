"""Writes the demo into an empty database."""

from collections.abc import Callable, Iterator
from itertools import chain, islice

from django.db import transaction

from alumni_site.demo.cast import cast_people, cast_size
from alumni_site.demo.conversations import make_conversations
from alumni_site.demo.drafts import PersonDraft
from alumni_site.demo.imports import make_imports
from alumni_site.demo.people import make_person
from alumni_site.demo.staff_work import make_staff_work
from alumni_site.demo.world import demo_world
from alumni_site.demo.writing import DemoWriter
from profiles.models import Profile, User
from profiles.vocabulary.loader import load_vocabulary

DEMO_SEED = 1
_BATCH = 1000
# People on the list that has been imported again.
_LISTED = 40


class DatabaseNotEmpty(Exception):
    """The demo is for an empty database: it never stands beside people who exist."""


def make_people(*, people: int, seed: int) -> Iterator[PersonDraft]:
    """The people of a demo, the cast first. Less than the cast are never made."""
    world = demo_world(seed)
    generated = (make_person(world, number) for number in range(cast_size() + 1, people + 1))
    return chain(cast_people(seed), generated)


@transaction.atomic
def seed_demo(*, people: int, seed: int = DEMO_SEED, on_progress: Callable[[int], None] = lambda written: None) -> int:
    """Write `people` people with their exchanges, organisations and accounts, and some work for Norec's staff.

    All or nothing. `on_progress` is told how many people are written. Returns how many there are, which is more than asked
    for when that was less than the cast. The search index gets to know through its outbox.

    Raises `DatabaseNotEmpty` when there is an account or a person already.
    """
    if User.objects.exists() or Profile.objects.exists():
        raise DatabaseNotEmpty
    load_vocabulary()
    writer = DemoWriter(seed)
    drafts = make_people(people=people, seed=seed)
    listed: list[PersonDraft] = []
    while batch := list(islice(drafts, _BATCH)):
        listed = listed or [draft for draft in batch[cast_size() :] if draft.exchanges][:_LISTED]
        writer.write(batch)
        on_progress(writer.written)
    writer.open_demo_accounts()
    make_staff_work(seed)
    make_conversations(seed)
    make_imports(seed, listed, User.objects.get(email="adviser@example.org"))
    return writer.written
