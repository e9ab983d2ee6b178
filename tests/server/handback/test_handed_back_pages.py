"""Hand-back at the server: a page that does not prove itself is refused, and nothing is appended."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tabuah.operations.entries import GENESIS, Draft, PersonalValue, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import DeviceEnrolled, UserCreated
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import state_text
from tabuah.server.admission.journal_cache import CommittedHead
from tabuah.server.errors import ServerReadOnly
from tabuah.server.handback.handback import Handback
from tabuah.server.handback.wait import LONGEST_FOUND
from tabuah.server.journal import ServerJournal
from tabuah.server.people import refresh_tokens
from tabuah.server.read_only import ReadOnlyReason
from tabuah.storage.journal.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from tabuah.storage.journal.errors import BadSignature, BrokenHandback, JournalError
from tabuah.storage.journal.handback import (
    HandbackPage,
    HistoryOffer,
    JournalPosition,
    Relation,
    SignedHandback,
    sign_page,
)
from tabuah.storage.journal.identifiers import new_salt
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import Record, ruling_hash

BEGIN = datetime(2026, 12, 1, 8, tzinfo=UTC)
SALT = new_salt()


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def device() -> DeviceKey:
    return DeviceKey.generate()


def add_users(journal: ServerJournal, *names: str) -> None:
    bodies = (UserCreated(name=name, role=Role.OPERATOR, opd="BPBD") for name in names)
    journal.append_drafts([Draft(subject=f"user/{b.name}", kind="user.created", body=encode_body(b)) for b in bodies])


def enrol(journal: ServerJournal, key: DeviceKey) -> None:
    body = DeviceEnrolled(public_key=key.public_key.hex(), tag=key.tag)
    journal.append_drafts([Draft(subject=f"device/{key.device_id}", kind="device.enrolled", body=encode_body(body))])


class Lost:
    """A server's copy, and the later records and checkpoint of the original."""

    def __init__(self, folder: Path, clock: Clock, device: DeviceKey) -> None:
        with ServerJournal.open(folder / "server", clock=clock) as journal:
            add_users(journal, "ani")
            self.copied = journal.head()
        shutil.copytree(folder / "server", folder / "copy")
        with ServerJournal.open(folder / "server", clock=clock) as journal:
            enrol(journal, device)
            add_users(journal, "budi", "citra", "dewi", "eka")
            self.records = journal.records_after(0)
            self.checkpoint = journal.checkpoint()
            self.head = journal.head()
            self.states = {name: state_text(state) for name, state in journal.states_of_kind("user").items()}
        self.journal = ServerJournal.open(folder / "copy", clock=clock)
        self.device = device

    @property
    def offer(self) -> HistoryOffer:
        return HistoryOffer(head=JournalPosition(seq=self.head.seq, hash=self.head.hash), checkpoint=self.checkpoint)

    def page(self, first: int, last: int, personal: tuple[PersonalValue, ...] = ()) -> SignedHandback:
        records = self.records[first - 1 : last]
        return self.page_of(records, personal=personal)

    def page_of(
        self,
        records: Sequence[Record],
        *,
        checkpoint: SignedCheckpoint | None = None,
        personal: tuple[PersonalValue, ...] = (),
        key: DeviceKey | None = None,
    ) -> SignedHandback:
        previous = self.records[records[0].seq - 2].hash if records[0].seq > 1 else GENESIS
        page = HandbackPage(
            checkpoint=checkpoint or self.checkpoint, previous=previous, records=tuple(records), personal=personal
        )
        return sign_page(page, key or self.device)


@pytest.fixture
def lost(tmp_path: Path, clock: Clock, device: DeviceKey) -> Iterator[Lost]:
    lost = Lost(tmp_path, clock, device)
    yield lost
    lost.journal.close()


@pytest.fixture
def handback(lost: Lost) -> Handback:
    return Handback(lost.journal)


def test_server_behind_a_checkpoint_waits_for_records(lost: Lost, handback: Handback):
    answer = handback.answer(lost.offer)
    assert (answer.checkpoint, answer.head, answer.wanted) == (Relation.BEHIND, Relation.BEHIND, lost.head.seq)
    assert answer.waiting
    assert lost.journal.read_only.reason is ReadOnlyReason.RESTORED
    with pytest.raises(ServerReadOnly):
        add_users(lost.journal, "fitri")


def test_handed_back_records_have_their_seq_and_verdict(lost: Lost, handback: Handback):
    reply = handback.take(lost.page(lost.copied.seq + 1, lost.head.seq))
    assert (reply.wanted, reply.appended) == (0, lost.head.seq - lost.copied.seq)
    assert lost.journal.records_after(0) == lost.records
    assert lost.journal.head() == lost.head
    states = {name: state_text(state) for name, state in lost.journal.states_of_kind("user").items()}
    assert states == lost.states
    assert handback.answer(lost.offer).checkpoint is Relation.SAME


def test_handback_takes_pages_from_newest_to_oldest(lost: Lost, handback: Handback):
    wanted, replies = lost.head.seq, []
    while wanted:
        replies.append(handback.take(lost.page(max(1, wanted - 1), wanted)))
        wanted = replies[-1].wanted
    assert len(replies) > 1
    assert sum(reply.appended for reply in replies) == lost.head.seq - lost.copied.seq
    assert lost.journal.records_after(0) == lost.records


def test_handback_page_may_repeat_known_records(lost: Lost, handback: Handback):
    handback.take(lost.page(1, lost.head.seq))
    handback.take(lost.page(1, lost.head.seq))
    assert lost.journal.records_after(0) == lost.records


def test_handback_ends_all_sessions(lost: Lost, handback: Handback):
    lost.journal.submit(lambda batch: refresh_tokens.issue(batch.connection, user="ani", now=batch.now)).result()
    handback.take(lost.page(1, lost.head.seq))
    count = "SELECT count(*) FROM refresh_tokens"
    assert lost.journal.read(lambda connection: connection.exec_driver_sql(count).scalar_one()) == 0


def test_server_takes_entries_some_time_after_the_handback(lost: Lost, clock: Clock):
    handback = Handback(lost.journal, settling=timedelta(minutes=2))
    handback.answer(lost.offer)
    handback.take(lost.page(1, lost.head.seq))
    with pytest.raises(ServerReadOnly):
        add_users(lost.journal, "fitri")
    clock.now += timedelta(minutes=2)
    add_users(lost.journal, "fitri")
    assert lost.journal.head().seq == lost.head.seq + 1


def test_ended_wait_lets_entries_in(lost: Lost, handback: Handback):
    handback.answer(lost.offer)
    assert handback.end_wait()
    assert not handback.end_wait()
    add_users(lost.journal, "fitri")


def test_server_waits_only_once_for_a_console_that_cannot_hand_back(lost: Lost, handback: Handback, clock: Clock):
    assert handback.answer(lost.offer).waiting
    clock.now += LONGEST_FOUND
    answer = handback.answer(lost.offer)
    assert (answer.waiting, answer.wanted) == (False, lost.head.seq)
    assert not handback.answer(lost.offer).waiting
    add_users(lost.journal, "fitri")


def test_wait_ended_by_an_administrator_does_not_begin_again(lost: Lost, handback: Handback):
    handback.answer(lost.offer)
    handback.end_wait()
    assert not handback.answer(lost.offer).waiting


def _forged_verdict(lost: Lost) -> SignedHandback:
    first = lost.records[lost.copied.seq]
    forged = msgspec.structs.replace(first, verdict=Verdict.REJECTED, reason="forbidden")
    return lost.page_of([forged, *lost.records[lost.copied.seq + 1 :]])


def _forged_history(lost: Lost) -> SignedHandback:
    """Return records with correct hashes for which no checkpoint vouches."""
    previous, forged = lost.copied.hash, []
    for record in lost.records[lost.copied.seq :]:
        changed = msgspec.structs.replace(record, reason="x")
        previous = ruling_hash(previous, record.text.encode(), changed.ruling)
        forged.append(msgspec.structs.replace(changed, hash=previous))
    return lost.page_of(forged)


def _forged_checkpoint(lost: Lost) -> SignedHandback:
    checkpoint = msgspec.json.decode(lost.checkpoint.text, type=Checkpoint)
    return lost.page_of(lost.records[lost.copied.seq :], checkpoint=sign_checkpoint(checkpoint, DeviceKey.generate()))


def _gap(lost: Lost) -> SignedHandback:
    records = lost.records[lost.copied.seq :]
    return lost.page_of([*records[:1], *records[2:]])


def _reordered(lost: Lost) -> SignedHandback:
    return lost.page_of([*lost.records[lost.copied.seq :]][::-1])


def _older_page_first(lost: Lost) -> SignedHandback:
    return lost.page(lost.copied.seq + 1, lost.head.seq - 1)


def _altered_page(lost: Lost) -> SignedHandback:
    signed = lost.page(1, lost.head.seq)
    return msgspec.structs.replace(signed, text=signed.text.replace('"previous"', '"Previous"'))


@pytest.mark.parametrize(
    ("forge", "error"),
    [
        (_forged_verdict, BrokenHandback),
        (_forged_history, BrokenHandback),
        (_forged_checkpoint, BadSignature),
        (_gap, BrokenHandback),
        (_reordered, BrokenHandback),
        (_older_page_first, BrokenHandback),
        (_altered_page, BadSignature),
    ],
)
def test_handback_refuses_what_proves_nothing(lost: Lost, handback: Handback, forge, error: type[JournalError]):
    with pytest.raises(error):
        handback.take(forge(lost))
    assert lost.journal.head() == lost.copied
    staged = "SELECT count(*) FROM handback_records"
    assert lost.journal.read(lambda connection: connection.exec_driver_sql(staged).scalar_one()) == 0
    handback.take(lost.page(1, lost.head.seq))
    assert lost.journal.head() == lost.head


def test_handback_refuses_record_without_signature_of_its_device(tmp_path: Path, clock: Clock, device: DeviceKey):
    """Even the server's own records are verified: its database may have been altered."""
    lost = Lost(tmp_path, clock, device)
    last = msgspec.structs.replace(lost.records[-1], signature="0" * 128)
    with lost.journal, pytest.raises(BrokenHandback):
        Handback(lost.journal).take(lost.page_of([*lost.records[:-1], last]))
    assert lost.journal.head() == lost.copied


def test_forged_offer_changes_nothing(lost: Lost, handback: Handback):
    far = Checkpoint(server=lost.journal.server_id, seq=10_000, hash="a" * 64, at=BEGIN)
    forged = sign_checkpoint(far, DeviceKey.generate())
    with pytest.raises(BadSignature):
        handback.answer(HistoryOffer(head=JournalPosition(), checkpoint=forged))
    assert lost.journal.read_only.reason is None


def test_server_that_wrote_since_finds_two_branches(lost: Lost, handback: Handback):
    add_users(lost.journal, "fitri")
    head = lost.journal.head()
    assert handback.take(lost.page(1, lost.head.seq)).branches
    answer = handback.answer(lost.offer)
    assert answer.branches
    assert not answer.waiting
    assert lost.journal.head() == head


def test_same_head_with_other_state_is_found(lost: Lost, handback: Handback):
    add_users(lost.journal, *(f"lain{number}" for number in range(lost.head.seq - lost.copied.seq)))
    assert lost.journal.head().seq == lost.head.seq
    answer = handback.answer(lost.offer)
    assert (answer.head, answer.checkpoint) == (Relation.DIFFERENT, Relation.DIFFERENT)
    without = handback.answer(msgspec.structs.replace(lost.offer, checkpoint=None))
    assert without.head is Relation.DIFFERENT


def test_later_console_adds_what_the_first_did_not_know(lost: Lost, handback: Handback):
    middle = lost.records[lost.head.seq - 3]
    position = Checkpoint(server=lost.journal.server_id, seq=middle.seq, hash=middle.hash, at=BEGIN)
    older = sign_checkpoint(position, lost.journal.key)
    handback.take(lost.page(lost.head.seq - 1, lost.head.seq))  # the newest page, then the connection is lost
    handback.take(lost.page_of(lost.records[lost.copied.seq : middle.seq], checkpoint=older))
    assert lost.journal.head() == CommittedHead(middle.seq, middle.hash)
    assert handback.answer(lost.offer).checkpoint is Relation.SAME
    assert lost.journal.head() == lost.head


def test_unknown_device_may_hand_back_what_proves_itself(lost: Lost, handback: Handback):
    handback.take(lost.page_of(lost.records[lost.copied.seq :], key=DeviceKey.generate()))
    assert lost.journal.head() == lost.head
