"""The rows of the list of conversations: what each says, and nobody's words as anything but words."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.utils import timezone, translation

from messaging.reading.inboxes import ListedThread, Preview
from messaging.reading.people import Correspondent
from messaging.views.listing import thread_rows

MUSA = Correspondent(id=UUID(int=7), name="Musa Kamara", uuid=UUID(int=7))
SAID = Preview(
    words="See you", sender=MUSA, is_mine=False, is_event=False, is_deleted=False, is_hidden=False, has_attachments=False
)
THREAD = ListedThread(
    uuid=UUID(int=1),
    kind="direct",
    title="Musa Kamara",
    other=MUSA,
    preview=SAID,
    last_message_at=datetime(2020, 5, 17, 12, tzinfo=UTC),
    unread=0,
    is_muted=False,
    is_archived=False,
    is_pinned=False,
    is_waiting=False,
    has_draft=False,
    is_closed=False,
)
GROUP = replace(THREAD, kind="group", title="Teachers", other=None)


def line(thread: ListedThread) -> str:
    return thread_rows([thread]).split('<span class="nw-cut nw-soft" dir="auto">')[1].split("</span>\n")[0]


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("thread", "says"),
    [
        (THREAD, "See you"),
        (GROUP, "Musa: See you"),
        (replace(THREAD, preview=replace(SAID, is_mine=True)), "You: See you"),
        (replace(GROUP, preview=replace(SAID, is_mine=True)), "You: See you"),
        (replace(GROUP, preview=replace(SAID, sender=None)), "Former member: See you"),
        (replace(THREAD, preview=replace(SAID, words="", has_attachments=True)), "A file"),
        (replace(THREAD, preview=replace(SAID, is_hidden=True)), "…"),
        (replace(THREAD, preview=replace(SAID, words="", is_deleted=True)), "This message is deleted."),
        (replace(GROUP, preview=replace(SAID, words="Musa has joined.", is_event=True)), "Musa has joined."),
        (replace(THREAD, has_draft=True), '<span class="nw-new">Draft</span>'),
        (replace(THREAD, is_waiting=True), "Waits for an answer"),
        (replace(THREAD, preview=None), ""),
    ],
)
def test_row_says_what_is_newest(thread: ListedThread, says: str) -> None:
    assert line(thread) == says


def test_words_of_others_are_words() -> None:
    nasty = "<script>alert('x')</script>&\"'"
    mean = replace(MUSA, name=nasty)
    for thread in (
        replace(THREAD, title=nasty, other=mean, preview=replace(SAID, words=nasty, sender=mean)),
        replace(GROUP, title=nasty, preview=replace(SAID, words=nasty, sender=mean)),
    ):
        html = thread_rows([thread])
        assert "<script" not in html
        assert html.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;&quot;&#x27;") >= 2


def test_signs_are_told_to_those_who_do_not_see_them() -> None:
    assert '<span class="nw-thread__end"></span>' in thread_rows([THREAD])
    html = thread_rows([replace(THREAD, is_pinned=True, is_muted=True, unread=3)])
    assert html.index('aria-label="Pinned"') < html.index('aria-label="Muted"') < html.index('data-count="3"')
    assert 'data-color="neutral"' in html
    assert '<span class="ds-sr-only">3 unread</span>' in html
    html = thread_rows([replace(THREAD, unread=1200)])
    assert 'data-color="madder" data-count="99+"' in html
    assert "99+ unread" in html


def test_the_open_one_is_marked_and_rows_keep_their_order() -> None:
    html = thread_rows([THREAD, replace(GROUP, uuid=UUID(int=2))], current=str(UUID(int=2)))
    first, second = html.split("</li>")[:2]
    assert f'href="/messages/{UUID(int=1)}/"' in first
    assert "aria-current" not in first
    assert f'href="/messages/{UUID(int=2)}/" aria-current="page"' in second
    assert thread_rows([]) == ""


def test_what_is_from_today_has_a_time() -> None:
    assert ":" in thread_rows([replace(THREAD, last_message_at=timezone.now())]).split('nw-sm">')[1].split("<")[0]
