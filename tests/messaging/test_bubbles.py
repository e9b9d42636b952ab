"""A message that is put together from one of its kind is, to the letter, what its template makes of it."""

from uuid import UUID

import pytest
from django.utils import translation

from messaging.reading.threads import thread, window
from messaging.services.sending import edit_message
from messaging.views.showing import Bubbles, Row, blank_rows, rows
from profiles.models import User
from profiles.viewers import viewer_for
from tests.messaging.test_pages import person, say, talk

pytestmark = pytest.mark.django_db

NASTY = (
    "<script>alert(1)</script> & \"quotes\" 'here'",
    "\ue000name\ue000 \ue000uuid\ue000 \ue000nothing\ue000",
    r"\g<0> \1 {name} %(name)s",
    "See www.norec.no/about, and https://norec.no?a=1&b=2.",
    "نص من اليمين",
    "two\nlines",
)


def _rows(reader: User, conversation: UUID) -> tuple[Bubbles, list[Row]]:
    viewer = viewer_for(reader)
    found = thread(viewer, conversation)
    assert found is not None
    laid_out = rows(found, window(viewer, found).messages)
    return Bubbles(found), [*laid_out, *blank_rows(found, reader.uuid).values()]


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
def test_bubble_is_what_the_template_makes(language: str) -> None:
    one, other = person(chosen_name="Åse <b>Ås</b> & \ue000body\ue000"), person(chosen_name="Musa")
    conversation = talk(one, other, *NASTY)
    mine = say(one, conversation, "first")
    say(one, conversation, "and at once another")
    edit_message(actor=viewer_for(one), message=mine, body="first, mended")
    for reader in (one, other):
        with translation.override(language):
            bubbles, laid_out = _rows(reader, conversation.uuid)
            plain = [row for row in laid_out if row.is_plain]
            assert len(plain) >= len(NASTY) + 2
            for row in plain:
                assert bubbles.of(row) == bubbles._rendered(row)


def test_nobodys_words_are_put_in_elsewhere() -> None:
    one, other = person(chosen_name="Kari"), person(chosen_name="Musa")
    conversation = talk(one, other, "\ue000client\ue000", "<b>bold</b>")
    bubbles, laid_out = _rows(one, conversation.uuid)
    page = "".join(bubbles.of(row) for row in laid_out)
    assert "\ue000client\ue000" in page
    assert "<b>bold</b>" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
