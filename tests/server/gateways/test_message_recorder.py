"""Recorded messages of gateways: bounded, kept over a restart, and deleted after their time."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tabuah.operations.gateways.recorded_message import (
    KEPT_FOR,
    MAX_KEPT_BYTES,
    MAX_KEPT_OF_MAPPING,
    RecordedMessage,
    record_message,
)
from tabuah.server.gateways.message_recorder import (
    FILE_NAME,
    MAX_BYTES,
    MAX_BYTES_OF_GATEWAY,
    WRITE_EVERY_S,
    MessageRecorder,
)

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


class Clocks:
    """The time of day and the running time, both set by the test."""

    def __init__(self) -> None:
        self.now, self.running_s = NOW, 100.0

    def recorder(self, file: Path | None = None) -> MessageRecorder:
        return MessageRecorder(file, clock=lambda: self.now, monotonic_s=lambda: self.running_s)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def message(number: int = 0, *, payload: bytes = b"{}", mapping: str = "lora", account: str = "") -> RecordedMessage:
    at = NOW + timedelta(seconds=number)
    return record_message("lora/x/up", payload, mapping=mapping, received_at=at, account=account)


def test_recorded_messages_survive_a_restart(clocks: Clocks, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    before = clocks.recorder(file)
    before.add(message(1, payload=b"\xff\x00 not text"))
    before.add(message(2, mapping="", account="awlr"))
    before.save()
    found = clocks.recorder(file).newest()
    assert found == before.newest()
    assert [each.account for each in found] == ["awlr", ""]
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0


def test_recorded_messages_are_written_at_most_every_few_seconds(clocks: Clocks, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    recorder = clocks.recorder(file)
    recorder.add(message(1))
    recorder.save_if_due()
    recorder.add(message(2))
    recorder.save_if_due()
    assert len(clocks.recorder(file).newest()) == 1
    clocks.running_s += WRITE_EVERY_S
    recorder.save_if_due()
    assert len(clocks.recorder(file).newest()) == 2


def test_recorded_messages_are_deleted_after_their_time(clocks: Clocks, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    recorder = clocks.recorder(file)
    recorder.add(message())
    recorder.save()
    clocks.now += KEPT_FOR + timedelta(seconds=1)
    assert clocks.recorder(file).newest() == []
    assert recorder.newest() == []
    recorder.save()
    assert file.read_bytes() == b""


def test_recorded_messages_are_bounded_in_bytes_by_gateway_and_in_total(clocks: Clocks) -> None:
    recorder = clocks.recorder()
    for number in range(MAX_KEPT_OF_MAPPING):
        recorder.add(message(number, payload=b"x" * MAX_KEPT_BYTES))
    kept = recorder.newest()
    assert sum(len(each.payload) for each in kept) <= MAX_BYTES_OF_GATEWAY
    assert kept[0] == message(MAX_KEPT_OF_MAPPING - 1, payload=b"x" * MAX_KEPT_BYTES)
    for number in range(200):
        recorder.add(message(number, payload=b"x" * MAX_KEPT_BYTES, account=f"g{number}"))
    found = recorder.newest()
    assert sum(len(each.payload) for each in found) <= MAX_BYTES
    assert "g199" in {each.account for each in found}


def test_noisy_gateway_does_not_displace_messages_of_another(clocks: Clocks) -> None:
    recorder = clocks.recorder()
    recorder.add(message(0, account="quiet"))
    for number in range(50):
        recorder.add(message(number, account="noisy"))
    assert [each.account for each in recorder.newest()].count("quiet") == 1


def test_recorded_messages_are_forgotten_with_their_file(clocks: Clocks, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    recorder = clocks.recorder(file)
    recorder.add(message())
    recorder.save()
    recorder.forget()
    assert recorder.newest() == []
    assert not file.exists()
    recorder.save()
    assert not file.exists()


def test_unreadable_lines_of_the_file_are_skipped(clocks: Clocks, tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    good = msgspec.json.encode(message())
    naive = good.replace(b"08:00:00Z", b"08:00:00")
    file.write_bytes(b"\n".join([b"{", b"\xff\xfe", naive, good, b'{"mapping": 7}', good[:20]]))
    assert clocks.recorder(file).newest() == [message()]


def test_recorder_without_disk_keeps_messages_in_memory(clocks: Clocks, tmp_path: Path) -> None:
    recorder = clocks.recorder(tmp_path / "missing" / FILE_NAME)
    recorder.add(message())
    recorder.save()
    assert recorder.newest() == [message()]
