"""The read-only mode: entries are refused, everything else is served."""

import pytest
from support.draft_samples import incident_report_draft
from support.running_server import RunningServer, WritingDevice, log_in

from tabuah.operations.entries import Verdict
from tabuah.server import journal
from tabuah.server.read_only import ReadOnlyMode, ReadOnlyReason


@pytest.mark.parametrize(
    ("reason", "status", "code"),
    [(ReadOnlyReason.NO_SPACE, 507, "storage_full"), (ReadOnlyReason.RESTORED, 503, "server_restored")],
)
def test_read_only_server_refuses_entries_and_serves_reads(
    running_server: RunningServer,
    device: WritingDevice,
    monkeypatch: pytest.MonkeyPatch,
    reason: ReadOnlyReason,
    status: int,
    code: str,
):
    monkeypatch.setattr(journal, "has_space", lambda _directory: False)
    head = running_server.journal.head()
    running_server.journal.read_only.begin(reason)
    reply = device.post(chained := device.write(incident_report_draft(device.key.tag)))
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert int(reply.headers["Retry-After"]) > 0
    assert device.client.get("/health").json()["read_only"] == reason.value
    assert log_in(device.client, "ani", key=device.key).grant is not None
    assert device.pull().head == head.seq
    running_server.journal.read_only.end(reason)
    assert device.push(chained).results[0].verdict is Verdict.ACCEPTED


def test_read_only_mode_ends_with_its_last_reason():
    mode, ended = ReadOnlyMode(), []
    mode.on_end(lambda: ended.append(mode.reason))
    mode.begin(ReadOnlyReason.NO_SPACE)
    mode.begin(ReadOnlyReason.RESTORED)
    mode.end(ReadOnlyReason.NO_SPACE)
    assert (mode.reason, ended) == (ReadOnlyReason.RESTORED, [])
    mode.end(ReadOnlyReason.RESTORED)
    assert ended == [None]
