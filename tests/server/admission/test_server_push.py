"""Pushes to a real server: authenticated as a whole, judged, ordered and idempotent."""

from datetime import timedelta

import msgspec
import pytest
from support.draft_samples import incident_report_draft, note_draft, severity_draft
from support.running_server import RunningServer, WritingDevice, utc_now

from tabuah.operations.codes import Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.server.administration import revoke_device
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.push import PushReply
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import Record, SignedEntry, decode_entry, ruling_hash


def problem_of(reply) -> dict:
    assert reply.headers["content-type"] == "application/problem+json"
    return reply.json()


def verify_chain(records: tuple[Record, ...], previous: str = "0" * 64) -> None:
    for number, record in enumerate(records, start=1):
        assert record.seq == number
        assert ruling_hash(previous, record.text.encode(), record.ruling) == record.hash
        previous = record.hash


def test_pushed_entry_is_pulled_verbatim(device: WritingDevice):
    chained = device.write(incident_report_draft(device.key.tag))
    reply = device.push(chained)
    assert [(r.id, r.n, r.verdict) for r in reply.results] == [(chained.entry.id, 1, Verdict.ACCEPTED)]
    pulled = device.pull()
    assert pulled.head == reply.head == pulled.records[-1].seq
    assert pulled.records[-1].text == chained.text.decode()
    assert pulled.records[-1].signature == chained.signature
    verify_chain(pulled.records)


def test_push_folds_the_subject_state(running_server: RunningServer, device: WritingDevice):
    first = device.write(incident_report_draft(device.key.tag))
    device.push(first, device.write(note_draft(first.entry.subject)))
    incident = running_server.journal.state_of(first.entry.subject).value
    assert isinstance(incident, Incident)
    assert (incident.title, incident.note_count) == ("Banjir di Koto Baru", 1)


def test_push_is_idempotent(device: WritingDevice):
    chain = [device.write(incident_report_draft(device.key.tag, n)) for n in (1, 2, 3)]
    first = device.push(*chain[:2])
    again = device.push(*chain)
    assert again.results[:2] == first.results
    assert device.push(*chain).results == again.results
    assert device.pull().head == first.head + 1


def test_push_gap_returns_the_expected_number(device: WritingDevice):
    device.push(device.write(incident_report_draft(device.key.tag, 1)))
    device.write(incident_report_draft(device.key.tag, 2))
    reply = device.post(device.write(incident_report_draft(device.key.tag, 3)))
    assert (reply.status_code, problem_of(reply)["code"], problem_of(reply)["expected"]) == (409, "gap", 2)


def test_refused_push_consumes_no_number(device: WritingDevice):
    before = device.pull().head
    head = device.head
    lost = device.write(incident_report_draft(device.key.tag, 1))
    assert device.post(device.write(incident_report_draft(device.key.tag, 2))).status_code == 409
    assert device.pull().head == before
    device.head = head
    assert device.push(lost).results[0].seq == before + 1


def test_push_detects_a_fork(device: WritingDevice):
    start = device.head
    device.push(device.write(incident_report_draft(device.key.tag, 1, title="Asli")))
    device.head = start
    reply = device.post(device.write(incident_report_draft(device.key.tag, 1, title="Salinan")))
    assert (reply.status_code, problem_of(reply)["code"]) == (409, "fork")


def test_push_detects_a_broken_chain(device: WritingDevice):
    device.push(device.write(incident_report_draft(device.key.tag, 1)))
    device.head = type(device.head)(1, "f" * 64)
    reply = device.post(device.write(incident_report_draft(device.key.tag, 2)))
    assert problem_of(reply)["code"] == "broken_chain"


def test_push_refuses_a_forged_signature(device: WritingDevice):
    chained = device.write(incident_report_draft(device.key.tag))
    forged = SignedEntry(chained.text.decode(), DeviceKey.generate().sign(chained.text).hex())
    request = msgspec.structs.replace(device.request(chained), entries=(forged,))
    reply = device.client.post("/v1/journal", content=msgspec.json.encode(request))
    assert (reply.status_code, problem_of(reply)["code"]) == (422, "bad_signature")


def test_push_refuses_a_forged_signature_in_between(device: WritingDevice):
    chain = [device.write(incident_report_draft(device.key.tag, n)) for n in (1, 2)]
    forged = SignedEntry(chain[0].text.decode(), "0" * 128)
    request = msgspec.structs.replace(device.request(*chain), entries=(forged, chain[1].signed))
    reply = device.client.post("/v1/journal", content=msgspec.json.encode(request))
    assert (reply.status_code, problem_of(reply)["code"]) == (422, "bad_signature")


def test_signatures_are_verified_before_the_writer(running_server: RunningServer, device: WritingDevice):
    journal = running_server.journal
    chain = [device.write(incident_report_draft(device.key.tag, n)) for n in (1, 2)]
    request = device.request(*chain)
    forged = msgspec.structs.replace(
        request, entries=(SignedEntry(chain[0].text.decode(), "0" * 128), chain[1].signed)
    )
    stranger = msgspec.structs.replace(request, device="f" * 32)
    key = device.key.public_key.hex()
    assert [journal.verify_ahead(each).result() for each in (request, forged, stranger)] == [key, "", ""]


def test_writer_verifies_signatures_of_another_key(running_server: RunningServer, device: WritingDevice):
    chained = device.write(incident_report_draft(device.key.tag))
    forged = msgspec.structs.replace(
        device.request(chained), entries=(SignedEntry(chained.text.decode(), "0" * 128),)
    )
    other = DeviceKey.generate().public_key.hex()
    with pytest.raises(BadSignature):
        running_server.journal.submit_push(forged, verified_with=other).result()


def test_push_refuses_deep_nesting(device: WritingDevice):
    draft = incident_report_draft(device.key.tag)
    deep = msgspec.Raw(bytes(draft.body)[:-1] + b',"x":' + b"[" * 40 + b"]" * 40 + b"}")
    reply = device.post(device.write(msgspec.structs.replace(draft, body=deep)))
    assert (reply.status_code, problem_of(reply)["code"]) == (422, "malformed_entry")


def test_push_refuses_a_changed_text(device: WritingDevice):
    chain = [device.write(incident_report_draft(device.key.tag, n)) for n in (1, 2)]
    changed = SignedEntry(chain[0].text.decode().replace("Banjir", "Banjar"), chain[0].signature)
    request = msgspec.structs.replace(device.request(*chain), entries=(changed, chain[1].signed))
    reply = device.client.post("/v1/journal", content=msgspec.json.encode(request))
    assert problem_of(reply)["code"] == "broken_chain"


def test_push_refuses_an_unknown_device(running_server: RunningServer):
    with running_server.client("ani") as client:
        stranger = WritingDevice(client, "ani")
        reply = stranger.post(stranger.write(incident_report_draft(stranger.key.tag)))
    assert (reply.status_code, problem_of(reply)["code"]) == (403, "unknown_device")


def test_push_refuses_malformed_entries(device: WritingDevice):
    text = b'{"id": "x"}'
    request = device.request(device.write(incident_report_draft(device.key.tag)))
    signed = SignedEntry(text.decode(), device.key.sign(text).hex())
    reply = device.client.post(
        "/v1/journal", content=msgspec.json.encode(msgspec.structs.replace(request, entries=(signed,)))
    )
    assert (reply.status_code, problem_of(reply)["code"]) == (422, "malformed_entry")


def test_push_refuses_a_used_id(device: WritingDevice):
    first = device.write(incident_report_draft(device.key.tag))
    device.push(first)
    text = device.write(incident_report_draft(device.key.tag, 2)).text.decode()
    doubled = text.replace(decode_entry(text).id, first.entry.id).encode()
    signed = SignedEntry(doubled.decode(), device.key.sign(doubled).hex())
    request = msgspec.structs.replace(device.request(first), entries=(signed,))
    reply = device.client.post("/v1/journal", content=msgspec.json.encode(request))
    assert problem_of(reply)["code"] == "malformed_entry"


def test_push_needs_a_session(running_server: RunningServer, device: WritingDevice):
    with running_server.client() as client:
        device.client = client
        reply = device.post(device.write(incident_report_draft(device.key.tag)))
    assert (reply.status_code, problem_of(reply)["code"]) == (401, "unauthorised")
    assert reply.headers["www-authenticate"] == "Bearer"


def test_push_size_is_limited(device: WritingDevice):
    first = device.write(incident_report_draft(device.key.tag))
    notes = [device.write(note_draft(first.entry.subject, "x" * 19_000)) for _ in range(14)]
    reply = device.post(first, *notes)
    assert (reply.status_code, problem_of(reply)["code"]) == (413, "too_large")
    assert len(device.push(first, *notes[:12]).results) == 13


def test_huge_push_body_is_refused_early(device: WritingDevice):
    reply = device.client.post("/v1/journal", content=b"[" + b" " * (2 * 1024 * 1024) + b"]")
    assert (reply.status_code, problem_of(reply)["code"]) == (413, "too_large")


def test_push_reports_a_full_disk(running_server: RunningServer, device: WritingDevice):
    def limit(pages: int) -> None:
        pragma = f"PRAGMA max_page_count = {pages}"
        running_server.journal.submit(lambda batch: batch.connection.exec_driver_sql(pragma).scalar_one()).result()

    limit(1)
    replies, number = [], 0
    while not replies or replies[-1].status_code == 200:
        number += 1
        head, chained = device.head, device.write(incident_report_draft(device.key.tag, number, title="x" * 180))
        replies.append(device.post(chained))
    assert (replies[-1].status_code, problem_of(replies[-1])["code"]) == (507, "storage_full")
    assert device.pull(limit=1000).records[-1].seq == running_server.journal.head().seq
    limit(1_000_000)
    assert device.push(chained).results[0].n == head.n + 1


def test_rejected_entry_does_not_block_the_device(device: WritingDevice):
    unknown = device.write(note_draft("incident/unknown"))
    good = device.write(incident_report_draft(device.key.tag))
    reply = device.push(unknown, good)
    assert [(r.verdict, r.reason) for r in reply.results] == [("rejected", "unknown_subject"), ("accepted", "")]


def test_incident_number_is_unique_across_pushes(running_server: RunningServer, device: WritingDevice):
    first, twin, third = (device.write(incident_report_draft(device.key.tag, n)) for n in (1, 1, 2))
    reply = device.push(first, twin, third)
    assert [(r.verdict, r.reason) for r in reply.results] == [
        *(("accepted", ""), ("rejected", "number_taken"), ("accepted", ""))
    ]
    late = device.push(device.write(incident_report_draft(device.key.tag, 2)))
    assert late.results[0].reason == "number_taken"
    assert running_server.journal.state_of(twin.entry.subject).value is None


def test_second_guarded_edit_is_a_conflict(running_server: RunningServer, device: WritingDevice):
    running_server.add_user("budi", Role.SUPERVISOR)
    first = device.write(incident_report_draft(device.key.tag))
    device.push(first)
    base = ""
    with running_server.client("budi") as client:
        other = WritingDevice(client, "budi")
        other.enrol()
        mine = device.push(device.write(severity_draft(first.entry.subject, Severity.SEVERE, base)))
        theirs = other.push(other.write(severity_draft(first.entry.subject, Severity.MINOR, base)))
    assert [r.verdict for r in (*mine.results, *theirs.results)] == [Verdict.ACCEPTED, Verdict.CONFLICT]
    incident = running_server.journal.state_of(first.entry.subject).value
    assert incident.severity is Severity.SEVERE
    assert len(incident.open_conflicts) == 1


def test_entry_of_revoked_device_is_held(running_server: RunningServer, device: WritingDevice):
    revoke_device(running_server.journal, device.key.device_id, "hilang")
    reply = device.push(device.write(incident_report_draft(device.key.tag)))
    assert [(r.verdict, r.reason) for r in reply.results] == [(Verdict.HELD, "device_revoked")]


def test_entry_under_expired_grant_is_held(device: WritingDevice):
    reply = device.push(device.write(incident_report_draft(device.key.tag), at=utc_now() + timedelta(days=8)))
    assert [(r.verdict, r.reason) for r in reply.results] == [(Verdict.HELD, "grant_expired")]


def test_entries_written_before_enrolment_are_accepted(running_server: RunningServer):
    with running_server.client("ani") as client:
        device = WritingDevice(client, "ani")
        early = device.write(incident_report_draft(device.key.tag, 1))
        device.enrol(written_before=1)
        late = device.write(incident_report_draft(device.key.tag, 2))
        reply: PushReply = device.push(early, late)
    assert [r.verdict for r in reply.results] == [Verdict.ACCEPTED, Verdict.ACCEPTED]


def test_push_needs_an_approved_device(tmp_path):
    from support.running_server import start_server

    from tabuah.server.administration import approve_device
    from tabuah.server.people.enrolment import EnrolmentPolicy

    with start_server(tmp_path, enrolment=EnrolmentPolicy.APPROVE) as server:
        server.add_user("ani")
        with server.client("ani") as client:
            device = WritingDevice(client, "ani")
            early = device.write(incident_report_draft(device.key.tag))
            enrolment = device.enrol(written_before=1)
            assert (enrolment.approved, enrolment.grant) == (False, None)
            assert problem_of(device.post(early))["code"] == "device_not_approved"
            approve_device(server.journal, device.key.device_id)
            assert device.enrol().grant is not None
            assert device.push(early).results[0].verdict is Verdict.ACCEPTED
