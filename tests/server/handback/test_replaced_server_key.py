"""A server that has decided between two histories goes on with a new key, which its first one certifies."""

import shutil
from pathlib import Path

import pytest

from tabuah.operations.entries import GENESIS, Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import UserCreated
from tabuah.operations.people.roles import Role
from tabuah.server.admission.verdicts import admit
from tabuah.server.audit import audit_server, check_server_databases
from tabuah.server.backup import back_up_server, restore_server
from tabuah.server.errors import DamagedData
from tabuah.server.handback.decision import KeptHistory
from tabuah.server.handback.handback import Handback
from tabuah.server.journal import ServerJournal
from tabuah.server.read_only import ReadOnlyReason
from tabuah.storage.journal.chain import append_draft
from tabuah.storage.journal.checkpoint import read_checkpoint
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.handback import HandbackPage, HistoryOffer, JournalPosition, sign_page
from tabuah.storage.journal.server_keys import newest_key
from tabuah.storage.journal.signatures import DeviceKey

SENDER = DeviceKey.generate()


def user(name: str) -> Draft:
    body = UserCreated(name=name, role=Role.OPERATOR, opd="BPBD")
    return Draft(subject=f"user/{name}", kind="user.created", body=encode_body(body))


def page_of(journal: ServerJournal) -> HandbackPage:
    return HandbackPage(
        checkpoint=journal.checkpoint(),
        previous=GENESIS,
        records=journal.records_after(0),
        keys=journal.certificates(),
    )


def offer_of(journal: ServerJournal) -> HistoryOffer:
    head = JournalPosition(seq=journal.head().seq, hash=journal.head().hash)
    return HistoryOffer(head=head, checkpoint=journal.checkpoint(), keys=journal.certificates())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a decided `server`, the `copy` from before, and a `twin` with the first key."""
    with ServerJournal.open(tmp_path / "server") as journal:
        journal.append_drafts([user("ani")])
    back_up_server(tmp_path / "server", tmp_path / "copy")
    shutil.copytree(tmp_path / "server", tmp_path / "twin")
    with ServerJournal.open(tmp_path / "twin") as journal:
        journal.append_drafts([user("budi")])
        page = page_of(journal)
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        journal.append_drafts([user("citra")])
        Handback(journal).take(sign_page(page, SENDER))
        assert Handback(journal).decide(KeptHistory.CONSOLES) is not None
    return tmp_path


def test_decision_ends_the_wait_for_records(tmp_path: Path):
    """A console that began with a snapshot knows more, and cannot hand back: nobody ends the wait for its records."""
    with ServerJournal.open(tmp_path / "server") as journal:
        journal.append_drafts([user("ani")])
    shutil.copytree(tmp_path / "server", tmp_path / "twin")
    with ServerJournal.open(tmp_path / "twin") as twin:
        twin.append_drafts([user("budi")])
        page = page_of(twin)
        twin.append_drafts([user("dewi"), user("eka")])
        offer = offer_of(twin)
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        journal.append_drafts([user("citra")])
        handback = Handback(journal)
        handback.take(sign_page(page, SENDER))
        assert handback.answer(offer).waiting
        assert handback.decide(KeptHistory.SERVER) is not None
        assert not handback.answer(offer).waiting
        assert journal.read_only.reason is None


def test_new_key_is_certified_and_signs(folder: Path):
    with ServerJournal.open(folder / "server") as journal:
        first, key = journal.keys.first, journal.key
        assert key.device_id != first.device_id == journal.server_id
        assert newest_key(first.public_key, journal.certificates()) == key.public_key
        assert read_checkpoint(journal.checkpoint(), key.public_key).server == journal.server_id
        (record,) = journal.append_drafts([user("dewi")])
        assert f'"device":"{key.device_id}"' in record.text
        assert journal.authority.devices[first.device_id].revoked
    assert audit_server(folder / "server").findings == ()
    check_server_databases(folder / "server")


def test_entry_under_a_former_key_is_held(folder: Path):
    with ServerJournal.open(folder / "server") as journal:
        first = journal.keys.first
        head = journal.submit(lambda batch: batch.chain_head(first.device_id)).result()
        entry = append_draft(user("eka"), key=first, head=head, actor="server", grant="", now=journal.clock())
        record = journal.submit(lambda batch: admit(batch, entry)).result()
    assert (record.verdict, record.reason) == (Verdict.HELD, "device_revoked")


def test_older_backup_gets_the_new_key_again(folder: Path):
    restore_server(folder / "copy", folder / "restored")
    with ServerJournal.open(folder / "server") as journal:
        offer, page, key, head = offer_of(journal), page_of(journal), journal.key, journal.head()
    with ServerJournal.open(folder / "restored") as journal:
        assert journal.key == journal.keys.first
        assert Handback(journal).answer(offer).wanted
        assert Handback(journal).take(sign_page(page, SENDER)).appended
        assert (journal.key, journal.head()) == (key, head)


def test_checkpoint_under_an_unproven_key_is_refused(folder: Path):
    restore_server(folder / "copy", folder / "restored")
    with ServerJournal.open(folder / "server") as journal:
        offer = HistoryOffer(head=JournalPosition(seq=99), checkpoint=journal.checkpoint())
    with ServerJournal.open(folder / "restored") as journal, pytest.raises(BadSignature):
        Handback(journal).answer(offer)


def test_twin_with_a_former_key_does_not_stop_the_server(folder: Path):
    with ServerJournal.open(folder / "twin") as journal:
        journal.append_drafts([user(f"user-{number}") for number in range(9)])
        offer, page = offer_of(journal), page_of(journal)
    with ServerJournal.open(folder / "server") as journal:
        assert offer.head.seq > journal.head().seq
        answer = Handback(journal).answer(offer)
        assert (answer.wanted, answer.waiting) == (offer.head.seq, False)
        assert journal.read_only.reason is not ReadOnlyReason.RESTORED
        assert Handback(journal).take(sign_page(page, SENDER)).branches


def test_key_of_another_journal_is_damage(folder: Path):
    (folder / "server" / "server.key").write_text(DeviceKey.generate().secret.hex())
    with pytest.raises(DamagedData):
        ServerJournal.open(folder / "server")
