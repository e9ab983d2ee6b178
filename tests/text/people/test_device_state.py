"""The state of a device in words."""

import pytest

from tabuah.storage.journal.people_protocol import DeviceSummary
from tabuah.text.people.users import device_state


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ((True, False, False, False), "disetujui"),
        ((False, False, False, False), "menunggu"),
        ((True, True, False, False), "dicabut"),
        ((True, True, False, True), "diserahkan atau dipensiunkan"),
        ((True, True, True, True), "dicuri"),
    ],
)
def test_device_state_shows_retirement_apart_from_revocation(flags: tuple[bool, bool, bool, bool], shown: str):
    names = ("approved", "revoked", "stolen", "retired")
    assert shown in device_state(**dict(zip(names, flags, strict=True)))


def test_device_summary_of_older_server_is_not_retired():
    device = DeviceSummary(device="ab", tag="ABCD", name="", approved=True, revoked=True, stolen=False)
    assert not device.retired
