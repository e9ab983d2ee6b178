"""Erased personal values do not come back by a copy of a console that sends the same work under another key."""

import pytest
from histories.contact_moves import ContactMoves
from histories.machine import History


class ContactHistory(History, ContactMoves):
    """With contacts."""


@pytest.mark.parametrize("pick", [0, 1], ids=["the original comes last", "the copy comes last"])
def test_copy_of_erased_work_brings_no_personal_values_back(pick: int):
    history = ContactHistory()
    try:
        history.begin(approve=False, newer=False, page=1000, far=20_000)
        history.twin_contacts(number=0, pick=pick)
        reasons = [record.reason for record in history.world.server.records()]
        assert "already_there" in reasons
    finally:
        history.teardown()
