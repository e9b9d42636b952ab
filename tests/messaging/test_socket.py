"""The socket of messages: who may open it, what it answers, whom it tells."""

import pytest
from asgiref.sync import sync_to_async

from messaging.models import Message
from tests.messaging.talking import direct, member, page

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_message_is_acknowledged_and_told_to_both() -> None:
    kari, omar = await sync_to_async(member)("Kari"), await sync_to_async(member)("Omar")
    talk = await sync_to_async(direct)(kari, omar)
    async with page(kari) as hers, page(omar) as his:
        client_id = await hers.say(talk, "Hei!")
        ack = await hers.until("ack")
        told = await his.until("message")
    message = await Message.objects.aget()
    assert (ack["client_id"], ack["seq"], ack["id"]) == (client_id, 1, str(message.uuid))
    assert (told["body"], told["seq"], told["sender"]["id"], told["client_id"]) == ("Hei!", 1, str(kari.uuid), client_id)
    assert hers.hello["me"] == str(kari.uuid)
