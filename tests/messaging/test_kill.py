"""What is promised of delivery, on a server that is killed and on lines that break. More rounds: `tests.messaging.kill_nine`."""

import pytest

from tests.messaging.kill_nine import MESSAGES_A_ROUND, run

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("served")]


@pytest.mark.parametrize(("rounds", "cuts"), [(2, False), (2, True)], ids=["kill -9", "broken lines"])
def test_nothing_is_lost_doubled_or_out_of_order(rounds: int, cuts: bool) -> None:
    crowd, faults = run(rounds, cuts=cuts)
    assert faults == []
    devices = crowd.devices
    assert sum(len(device.acknowledged) for device in devices) == rounds * MESSAGES_A_ROUND * len(devices)
    # It was tried: everybody lost the line at least once a round, or half of them many times.
    assert sum(device.breaks for device in devices) >= rounds * len(devices)
    assert {error for device in devices for error in device.errors} <= {"too_fast", "failed"}
