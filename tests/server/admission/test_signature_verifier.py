"""Signatures of pushes: in threads, and in a process once large pushes overlap."""

import io
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing

import msgspec
import pytest
from support.draft_samples import incident_report_draft
from support.running_server import RunningServer, WritingDevice
from support.wait import wait_until_true

from tabuah.server.admission import signature_verifier, signature_worker
from tabuah.server.admission.signature_verifier import SignatureVerifier, VerifierProcess
from tabuah.storage.journal import libsodium
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import SignedEntry

KEY = DeviceKey.from_secret(bytes(range(32)))
HEX_KEY = KEY.public_key.hex()
TIMEOUT_S = 60.0


def signed_entries(count: int) -> tuple[SignedEntry, ...]:
    return tuple(SignedEntry(f"entri {n}", KEY.sign(f"entri {n}".encode()).hex()) for n in range(count))


def forged_at(place: int, count: int) -> tuple[SignedEntry, ...]:
    entries = list(signed_entries(count))
    entries[place] = SignedEntry("lain", entries[place].signature)
    return tuple(entries)


@pytest.fixture
def verifier() -> Iterator[SignatureVerifier]:
    with closing(SignatureVerifier(min_entries=2, retry_s=0.0)) as opened:
        yield opened


def start_process(verifier: SignatureVerifier) -> VerifierProcess:
    with verifier._lock:
        verifier._start_process()
    process = verifier._process
    assert process is not None
    wait_until_true(lambda: process.is_ready, timeout_s=TIMEOUT_S)
    return process


def kill(process: VerifierProcess) -> None:
    process.process.kill()
    wait_until_true(lambda: process.has_ended, timeout_s=TIMEOUT_S)


def test_small_pushes_are_verified_without_a_process(verifier: SignatureVerifier):
    answers = [verifier.submit(HEX_KEY, entries) for entries in (signed_entries(1), forged_at(0, 1))]
    assert [answer.result(TIMEOUT_S) for answer in answers] == [HEX_KEY, ""]
    assert verifier._process is None


def test_large_pushes_after_each_other_start_no_process(verifier: SignatureVerifier):
    assert [verifier.submit(HEX_KEY, signed_entries(5)).result(TIMEOUT_S) for _ in range(3)] == [HEX_KEY] * 3
    assert verifier._process is None


def test_large_pushes_that_overlap_start_the_process(verifier: SignatureVerifier, monkeypatch: pytest.MonkeyPatch):
    both = threading.Barrier(2)

    def verify(public_key: str, _entries: Sequence[SignedEntry]) -> str:
        both.wait(TIMEOUT_S)
        return public_key

    monkeypatch.setattr(signature_verifier, "fitting_key", verify)
    answers = [verifier.submit(HEX_KEY, signed_entries(5)) for _ in range(2)]
    assert [answer.result(TIMEOUT_S) for answer in answers] == [HEX_KEY] * 2
    assert verifier._process is not None


def test_process_finds_a_forged_signature_anywhere(verifier: SignatureVerifier):
    start_process(verifier)
    pushes = [signed_entries(100), *(forged_at(place, 100) for place in (0, 57, 99)), signed_entries(2)]
    answers = [verifier.submit(HEX_KEY, entries) for entries in pushes]
    assert [answer.result(TIMEOUT_S) for answer in answers] == [HEX_KEY, "", "", "", HEX_KEY]


def test_process_refuses_signatures_of_another_key(verifier: SignatureVerifier):
    start_process(verifier)
    other = DeviceKey.generate().public_key.hex()
    assert verifier.submit(other, signed_entries(3)).result(TIMEOUT_S) == ""


def test_process_survives_a_signature_that_is_not_hex(verifier: SignatureVerifier):
    process = start_process(verifier)
    assert process.submit(HEX_KEY, [SignedEntry("entri", "x" * 128)]).result(TIMEOUT_S) == ""
    assert process.submit(HEX_KEY, signed_entries(3)).result(TIMEOUT_S) == HEX_KEY


def test_threads_take_over_from_a_killed_process(verifier: SignatureVerifier, caplog: pytest.LogCaptureFixture):
    process = start_process(verifier)
    kill(process)
    assert process.submit(HEX_KEY, signed_entries(3)).result(TIMEOUT_S) == ""
    assert verifier.submit(HEX_KEY, signed_entries(3)).result(TIMEOUT_S) == HEX_KEY
    assert "has ended" in caplog.text
    assert start_process(verifier) is not process


def test_process_that_ends_again_and_again_is_not_started_at_once():
    with closing(SignatureVerifier(min_entries=2, retry_s=3600.0)) as verifier:
        process = start_process(verifier)
        kill(process)
        with verifier._lock:
            verifier._start_process()
        assert verifier._process is process


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows cannot stop a process for a while")
def test_pushes_are_left_to_the_writer_when_the_process_ends(verifier: SignatureVerifier):
    process = start_process(verifier)
    process.process.send_signal(signal.SIGSTOP)
    answers = [verifier.submit(HEX_KEY, signed_entries(100)) for _ in range(20)]
    kill(process)
    assert {answer.result(TIMEOUT_S) for answer in answers} <= {"", HEX_KEY}


def test_closed_verifier_ends_its_process_and_verifies_no_more():
    verifier = SignatureVerifier(min_entries=2)
    process = start_process(verifier)
    verifier.close()
    assert process.process.returncode == 0
    assert verifier.submit(HEX_KEY, signed_entries(1)).result(TIMEOUT_S) == ""


def test_sender_that_gives_up_does_not_end_the_process(verifier: SignatureVerifier):
    process = start_process(verifier)
    verifier.submit(HEX_KEY, signed_entries(50)).cancel()
    assert verifier.submit(HEX_KEY, signed_entries(3)).result(TIMEOUT_S) == HEX_KEY
    assert not process.has_ended


def test_process_ends_with_a_killed_server():
    code = (
        "import sys, time; from tabuah.server.admission.signature_verifier import VerifierProcess\n"
        "process = VerifierProcess()\n"
        "while not process.is_ready: time.sleep(0.01)\n"
        "print('ready', flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        assert server.stdout.readline().strip() == b"ready"
        server.kill()
        assert server.stderr.read() == b""  # the process has it open, too, so this waits for its end


def test_process_imports_little():
    code = f"import sys, {signature_worker.__name__}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"litestar", "sqlalchemy", "uvicorn", "cryptography", "numpy", "PySide6", "tabuah.operations"}
    assert heavy.isdisjoint(loaded)


def test_worker_ends_at_a_request_that_is_cut():
    request = msgspec.msgpack.encode((HEX_KEY, signed_entries(1)))
    framed = len(request).to_bytes(4, "big") + request
    answers = io.BytesIO()
    signature_worker.serve(io.BytesIO(framed + framed[:20]), answers)
    assert answers.getvalue() == signature_worker.READY + signature_worker.FITS


def test_worker_does_not_start_without_a_strict_libsodium(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(libsodium, "is_strict", lambda: False)
    assert signature_worker.main() == 1


def test_large_push_with_a_forged_signature_is_refused_by_the_same_message(
    running_server: RunningServer, device: WritingDevice
):
    start_process(running_server.journal._verifier)
    chain = [device.write(incident_report_draft(device.key.tag, n)) for n in range(1, 13)]
    entries = tuple(SignedEntry(c.text.decode(), "0" * 128) if c is chain[5] else c.signed for c in chain)
    request = msgspec.structs.replace(device.request(*chain), entries=entries)
    reply = device.client.post("/v1/journal", content=msgspec.json.encode(request))
    assert (reply.status_code, reply.json()["code"]) == (422, "bad_signature")
    small = msgspec.structs.replace(request, entries=entries[5:6])
    assert device.client.post("/v1/journal", content=msgspec.json.encode(small)).json() == reply.json()
    assert {result.verdict.value for result in device.push(*chain).results} == {"accepted"}
