"""Journal pages requested by many consoles at once: read once, current, no leak of personal values."""

import asyncio

import msgspec
import pytest
from support.draft_samples import incident_report_draft
from support.running_server import RunningServer, WritingDevice

from tabuah.operations.entries import Draft, PersonalValue
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.entry_bodies import IncidentNoted
from tabuah.operations.people.roles import Role
from tabuah.operations.personal_values import commitment_to
from tabuah.server.journal import ServerJournal
from tabuah.server.journal_routes import JournalPageCache
from tabuah.storage.journal.wire import PullReply


def test_journal_page_is_read_once_for_many(journal: ServerJournal, monkeypatch: pytest.MonkeyPatch):
    reads = []
    read = journal.records_after
    monkeypatch.setattr(journal, "records_after", lambda after, limit: (reads.append(after), read(after, limit))[1])

    async def ask() -> set[bytes]:
        pages = JournalPageCache(journal)
        asked = (pages.page(after=0, limit=10, reader=None) for _console in range(50))
        return {page.records for page in await asyncio.gather(*asked)}

    assert len(asyncio.run(ask())) == 1
    assert reads == [0]


def test_journal_page_includes_every_acknowledged_entry(running_server: RunningServer, device: WritingDevice):
    with running_server.client("ani") as client:
        for counter in range(1, 21):
            head = device.pull(limit=1).head
            assert client.get("/v1/journal", params={"after": head}).json()["records"] == []
            reply = device.push(device.write(incident_report_draft(device.key.tag, counter)))
            page = msgspec.json.decode(client.get("/v1/journal", params={"after": head}).content, type=PullReply)
            assert [record.seq for record in page.records] == [reply.head]
            assert page.head == reply.head


def test_journal_page_leaks_no_personal_values(running_server: RunningServer, device: WritingDevice):
    running_server.add_user("lihat", Role.VIEWER)
    first = device.write(incident_report_draft(device.key.tag))
    salt = "ab" * 16
    body = encode_body(IncidentNoted(restricted=commitment_to("0812 345", salt)))
    noted = device.write(Draft(subject=first.entry.subject, kind="incident.noted", body=body))
    value = PersonalValue(field="restricted", salt=salt, value="0812 345", entry=noted.entry.id)
    head = device.pull(limit=1).head
    device.push(first, noted, personal=(value,))
    running_server.authorise(device.client, "ani", device.key.device_id)
    with running_server.client("lihat") as viewer:
        for _time in range(3):
            answers = [client.get("/v1/journal", params={"after": head}) for client in (device.client, viewer)]
            ours, theirs = (msgspec.json.decode(answer.content, type=PullReply) for answer in answers)
            assert ours.records == theirs.records
            assert (len(ours.personal), len(theirs.personal)) == (1, 0)
