"""Invariants of every history, checked during the run and after convergence."""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec
from histories.auditor import Audit, audit
from histories.author_oracle import AuthorOracle
from histories.ledger import Mark, mark_of
from histories.merge_oracle import check_merges, check_reopening, check_settlements
from histories.oracle import Oracle
from histories.world import Console, World

from tabuah.operations.attachments.prefetch import on_demand_attachments, prefetched_attachments
from tabuah.operations.entries import Entry, Verdict, subject_kind
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.fold import fold as _fold
from tabuah.operations.held_entry_kinds import EntryReleased
from tabuah.operations.incidents.conflict_policy import DELETED, GUARDED_FIELDS, STATUS
from tabuah.operations.incidents.incident import Conflict, Incident, Settlement
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import SubjectState, state_text
from tabuah.storage.cache.predicted_verdict import predict_verdict as _predict
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import Record, decode_entry

EARLIER_NUMBER = "incident.noted"
REPEATED = ("already_there", "already_reported")
NOT_THERE = ("unknown_subject", "unknown_conflict")
DEPENDS_ON_MORE = ("conflict.settled", "incident.moved")  # than on the report


class ConflictHistory:
    """Settlements of all conflicts in the history."""

    def __init__(self) -> None:
        self._settled: dict[str, Settlement] = {}

    def watch(self, on_server: Iterable[SubjectState], on_console: Iterable[SubjectState]) -> None:
        """Check that a settled conflict stays settled unchanged; a console may not know of it yet."""
        for conflict in _conflicts(on_server):
            known = self._settled.get(conflict.id)
            if conflict.settled is not None:
                known = self._settled.setdefault(conflict.id, conflict.settled)
            assert conflict.settled == known, f"{conflict.id} was settled and is so no more"
        for conflict in _conflicts(on_console):
            assert conflict.settled in (None, self._settled.get(conflict.id)), f"{conflict.id} is settled otherwise"


def _conflicts(states: Iterable[SubjectState]) -> Iterator[Conflict]:
    for state in states:
        if isinstance(state.value, Incident):
            yield from state.value.conflicts


def check_console(world: World, console: Console) -> None:
    """Check that the view is the confirmed state plus pending work, and that the outbox is one chain."""
    session = console.store._session
    pending = session.journal.pending()
    numbers = [entry.n for entry in pending]
    assert numbers == list(range(session.meta.chain_head.n - len(numbers) + 1, session.meta.chain_head.n + 1))
    with world.working(console):
        authority = session.prediction_authority()
        carried = {row[0] for row in session.connection.execute("SELECT subject FROM carried WHERE shown > 0")}
        waiting = {entry.subject for entry in pending} | carried
        for subject in sorted(waiting):
            row = session.subjects.read(subject)
            state, earlier = row.confirmed, []
            for entry, text in session.waiting_among([subject])[subject]:
                decision = _predict(state, authority, entry, text=text, earlier=earlier)
                if decision.verdict is not Verdict.REJECTED:
                    earlier.append((text, decision.verdict))
                    state = _fold(state, entry, decision.verdict, text=text, reason=decision.reason)
            assert row.shown is not None, f"{subject} waits and is not shown so"
            assert state_text(row.shown) == state_text(state), f"pending work on {subject} is not shown"
    shown = {row[0] for row in session.connection.execute("SELECT subject FROM subjects WHERE shown IS NOT NULL")}
    assert shown == waiting, "something is shown as waiting that does not wait"


def check_converged(world: World) -> Audit:
    """Check after convergence: every entry once, the same everywhere, with correct verdicts."""
    head = world.server.journal.head()
    audited = audit(world.server)
    for console in world.consoles:
        store = console.store
        assert store.counts().pending == 0, f"the outbox of {console.name} is stuck"
        assert (store.head.seq, store.head.hash) == (head.seq, head.hash), f"{console.name} has not got everything"
        for subject, state in audited.states.items():
            assert state_text(store.confirmed(subject)) == state_text(state), f"{console.name} differs on {subject}"
            assert state_text(store.state(subject)) == state_text(state), f"{console.name} shows another {subject}"
        assert store.rows() == world.consoles[0].store.rows()
        assert store.find_damage() == ""
        stuck = [blob for blob in store.attachments.waiting() if blob.sha256 not in world.lost_photos]
        assert not stuck, f"photos are stuck at {console.name}: {stuck}"
    records = {decode_entry(record.text).id: record for record in world.server.records()}
    check_nothing_lost(world, records)
    check_repeated(world, audited)
    check_photos(world, audited)
    check_outcomes(world, audited)
    check_deferred(world, audited)
    Oracle(world.ledger).judge(audited)
    AuthorOracle().judge(audited)
    check_merges(audited, world.ledger)
    check_settlements(audited)
    check_reopening(audited)
    return audited


def check_nothing_lost(world: World, records: dict[str, Record]) -> None:
    """Check that each gesture is in the journal once, as acknowledged, with its personal values, and nothing else."""
    for result in world.ledger.acknowledged.values():
        record = records.get(result.id)
        assert record is not None, "an acknowledged entry is lost"
        assert (record.seq, record.verdict, record.reason) == (result.seq, result.verdict, result.reason)
    entries = [(decode_entry(record.text), record) for record in records.values()]
    arrived: Counter[Mark] = Counter()
    effective = _effective(records.values())
    authority = world.server.journal.authority
    # A copy has the same values: once one is erased, the server takes none from the other (see `check_erased`).
    erased = {mark_of(entry) for entry, _record in entries if authority.is_erased(entry.id)}
    for entry, record in entries:
        if world.server.journal.authority.devices[entry.device].is_server or mark_of(entry) in world.prior:
            continue
        if mark_of(entry) not in world.ledger.gestures:
            assert entry.kind == EARLIER_NUMBER, f"nobody wrote {entry}"
            continue
        arrived[mark_of(entry)] += record.reason not in REPEATED
    doubled = [mark for mark in arrived if sum(mark == mark_of(entry) for entry in effective) > 1]
    assert not doubled, f"doubled: {doubled}"
    lost = world.ledger.gestures.keys() - {mark_of(entry) for entry, _record in entries} - world.ledger.gone
    assert not lost, f"lost: {lost}"
    expected = [
        (entry, record)
        for entry, record in entries
        if _needs_personal_value(world, entry)
        and mark_of(entry) not in erased
        and not _leaves_no_value(entry, record)
        and arrived[mark_of(entry)]
        and record.reason not in REPEATED
    ]
    kept = {entry.id for entry, record in expected if world.server.journal.personal_values_of([record])}
    kept_marks = {mark_of(entry) for entry in effective if entry.id in kept}
    for entry, _record in expected:
        is_replaced = entry not in effective and mark_of(entry) in kept_marks  # reissued, with its value
        assert entry.id in kept or is_replaced, f"the personal value of {entry.id} is lost"


def _needs_personal_value(world: World, entry: Entry) -> bool:
    gesture = world.ledger.gestures.get(mark_of(entry))
    authority = world.server.journal.authority
    is_wiped = authority.is_wiped(entry.exercise_id)
    is_gone = mark_of(entry) in world.ledger.gone or entry.id in world.lost_values
    return gesture is not None and gesture.personal and not is_gone and not is_wiped


def _leaves_no_value(entry: Entry, record: Record) -> bool:
    """Return whether a rejection leaves no state in which an office could find and erase the personal value."""
    return record.verdict is Verdict.REJECTED and subject_kind(entry.subject) in ("contact", "call")


def _effective(records: Iterable[Record]) -> list[Entry]:
    """Return the entries that took effect: accepted, in a conflict, or held and then released."""
    entries = {decode_entry(record.text).id: (decode_entry(record.text), record.verdict) for record in records}
    done = [entry for entry, verdict in entries.values() if verdict in (Verdict.ACCEPTED, Verdict.CONFLICT)]
    released = {read_body(entry, EntryReleased).entry for entry in done if entry.kind == "entry.released"}
    return done + [entry for key, (entry, verdict) in entries.items() if verdict is Verdict.HELD and key in released]


def check_repeated(world: World, audited: Audit) -> None:
    """Check that work was rejected as there already only where it took effect, and is in the tray otherwise."""
    there = {mark_of(entry) for entry in _effective(record for record, *_rest in audited.steps)}
    for record, entry, _before, _after in audited.steps:
        if record.reason == "already_there" and entry.kind != "entry.released" and not _is_number_note(world, entry):
            assert mark_of(entry) in there, f"{entry} was rejected as there, and is nowhere"
    for console in world.consoles:
        rejected = [aside for aside in console.store.rejected() if aside.reason == "already_there"]
        shown = {aside.entry.id for tray in console.store.rejections() for aside in tray.entries}
        for aside in rejected:
            is_hidden = aside.entry.id not in shown
            known = mark_of(aside.entry) in there or _is_number_note(world, aside.entry)
            assert known or not is_hidden, f"{console.name} hides {aside.entry}"


def _is_number_note(world: World, entry: Entry) -> bool:
    return entry.kind == EARLIER_NUMBER and mark_of(entry) not in world.ledger.gestures


def check_photos(world: World, audited: Audit) -> None:
    """Check that every file is at the server and at permitted consoles, unless its disk was lost."""
    for subject, state in audited.states.items():
        wanted, about = prefetched_attachments(state.value), subject_kind(subject)
        for photo in (*wanted, *on_demand_attachments(state.value)):
            if photo.sha256 not in world.lost_photos:
                assert world.server.blobs.verified_path(photo.sha256).stat().st_size == photo.size
                for console in world.consoles:
                    here = console.store.attachments.states([photo])[photo.sha256]
                    assert here.is_here or not console.store.attachments.may_read(about) or photo not in wanted


def check_outcomes(world: World, audited: Audit) -> None:
    """Check that every guarded write was applied, is in a conflict, is held or refused, or is shown as rejected."""
    refused = {r.id for r in (e for _rec, e, _b, _a in audited.steps if e.kind == "entry.refused")}
    for record, entry, _before, after in audited.steps:
        if subject_kind(entry.subject) != "incident" or not entry.base:
            continue
        if record.verdict is Verdict.REJECTED:
            check_shown_rejected(world, entry)
        elif record.verdict is Verdict.HELD:
            assert entry.id in after.held or refused
        else:
            assert isinstance(after.value, Incident)
            for name in _written(entry):
                assert _has_end(after.value, name, entry.id), f"{name} of {entry} is nowhere"


def _written(entry: Entry) -> list[str]:
    """Return the guarded fields that an entry writes; its base also names the assignment that its author saw."""
    body = msgspec.json.decode(entry.body)
    return [name for name in entry.base if name != "assignment" or name in body]


def check_deferred(world: World, audited: Audit) -> None:
    """Check that no entry is rejected for a missing dependency or deferred without one, and all see deferred ones."""
    come: set[str] = set()
    for record, entry, _before, _after in audited.steps:
        if record.reason in NOT_THERE and subject_kind(entry.subject) == "incident":
            assert _needed(entry) in come, f"{entry} was rejected ({record.reason}) before what it rests on had come"
        come |= {entry.id, f"{entry.kind} {entry.subject}"}
    held = {key for state in audited.states.values() for key in state.held}
    for state in audited.states.values():
        for key in state.waiting:
            entry = decode_entry(state.held[key])
            is_limited = entry.kind == "incident.edited" and _is_of_field_office(audited, entry)
            waits = state.value is None or entry.kind in DEPENDS_ON_MORE or is_limited
            assert waits, f"{key} waits for what is there"
    for console in world.consoles:
        seen = {aside.entry.id for aside in console.store.held()}
        assert seen == held, f"{console.name} does not see all that waits"


def _is_of_field_office(audited: Audit, entry: Entry) -> bool:
    """Return whether an entry that was deferred may be out of scope now, so that a supervisor decides."""
    user = audited.states[f"user/{entry.actor}"].value
    assert isinstance(user, User)
    return any(grant.role is Role.FIELD for grant in user.grants.values())


def _needed(entry: Entry) -> str:
    """Return the dependency of an entry: the opening of the conflict that it settles, else the incident report."""
    opener, _dot, field = str(msgspec.json.decode(entry.body).get("conflict", "")).rpartition(".")
    return opener if opener and field != DELETED else f"incident.reported {entry.subject}"


def _has_end(incident: Incident, name: str, entry_id: str) -> bool:
    written = any(writing.entry == entry_id for writing in incident.writings.get(name, ()))
    disputed = any(c.field == name and entry_id in c.members for c in incident.conflicts)
    moved = name == STATUS and entry_id in incident.moves  # so is a merge whose target is in conflict
    return written or disputed or moved or name not in (*GUARDED_FIELDS, STATUS)


def check_shown_rejected(world: World, entry: Entry) -> None:
    """Check that a console of a rejected entry's device has it in the tray, or has issued it again."""
    authors = [
        console.store
        for console in world.consoles
        if entry.device in (*console.store._session.meta.former_devices, console.store.device)
    ]
    is_shown = any(_has_in_tray(store, entry) for store in authors)  # a copy does not know what the other one wrote
    assert is_shown or not authors, f"the rejected {entry.id} is shown to nobody"


def _has_in_tray(store: ConsoleStore, entry: Entry) -> bool:
    query = "SELECT 1 FROM journal WHERE replaces = ?"
    is_replaced = store._session.connection.execute(query, (entry.id,)).fetchone() is not None
    return is_replaced or entry.id in {set_aside.entry.id for set_aside in store.rejected()}
