"""Erased personal values do not come back by a copy of a console that sends the same work under another key."""

import pytest
from histories.contact_moves import ContactMoves
from histories.machine import History

from tabuah.storage.journal.wire import decode_entry


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


def test_erasure_of_a_copy_deletes_the_values_of_the_original_that_was_rejected_before():
    history = ContactHistory()
    try:
        history.begin(approve=False, newer=False, page=1000, far=20_000)
        world, console = history.world, history.console(0)
        history.exchange(console)
        history.change_contact(console, "register", 0, 0)
        world.copy(console)
        world.clone(-1)
        copied = world.consoles[-1]
        (copied.directory / "device.key").unlink()
        world.reopen(copied)
        history.change_contact(copied, "phone", 0, 0)
        for each in (copied, copied, console):  # a new key logs in first
            history.exchange(each)
        records = world.server.records()
        (rejected,) = [decode_entry(record.text) for record in records if record.reason == "already_there"]
        assert console.store.personal_of(rejected.id)
        history.erase(0, kind="contact")
        history.exchange(console)
        assert not console.store.personal_of(rejected.id)
    finally:
        history.teardown()
