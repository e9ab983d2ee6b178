"""Compressed pushes: handled like plain ones, and never unpacked beyond the limit."""

import msgspec
import zstandard
from support.draft_samples import incident_report_draft
from support.running_server import RunningServer, WritingDevice

from tabuah.server.journal_routes import MAX_PUSH_BODY_BYTES
from tabuah.storage.journal.push import PushReply


def post(device: WritingDevice, body: bytes, coding: str = "zstd"):
    headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
    return device.client.post("/v1/journal", content=body, headers=headers)


def test_compressed_push_is_admitted(device: WritingDevice):
    chained = device.write(incident_report_draft(device.key.tag))
    body = msgspec.json.encode(device.request(chained))
    reply = post(device, zstandard.ZstdCompressor().compress(body))
    assert reply.status_code == 200, reply.text
    result = msgspec.json.decode(reply.content, type=PushReply).results[0]
    assert (result.id, result.verdict) == (chained.entry.id, "accepted")
    assert post(device, body, "identity").status_code == 200


def test_decompression_bomb_is_refused(device: WritingDevice):
    bomb = zstandard.ZstdCompressor().compress(b" " * (200 * MAX_PUSH_BODY_BYTES))
    assert len(bomb) < MAX_PUSH_BODY_BYTES
    assert post(device, bomb).json()["code"] == "too_large"
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    ).compressobj()
    frame = wide.compress(b" " * 1000) + wide.flush()
    assert post(device, frame).status_code == 400, "a window of 128 MiB is not given"


def test_compressed_body_must_be_valid_zstd(device: WritingDevice):
    body = zstandard.ZstdCompressor().compress(
        msgspec.json.encode(device.request(device.write(incident_report_draft("X"))))
    )
    for content in (b"", b"not zstd", body[: len(body) // 2], b"\x00" * 100):
        reply = post(device, content)
        assert (reply.status_code, reply.json()["code"]) == (400, "malformed_request"), content[:20]
    reply = post(device, body, "br")
    assert (reply.status_code, reply.headers["accept-encoding"]) == (415, "zstd")


def test_compressed_body_size_is_limited(running_server: RunningServer, device: WritingDevice):
    assert post(device, bytes(MAX_PUSH_BODY_BYTES + 1)).json()["code"] == "too_large"
