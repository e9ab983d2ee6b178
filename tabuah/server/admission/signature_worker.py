"""The process that verifies the signatures of pushes for the server, so that the writer has a core of its own.

`python -m tabuah.server.admission.signature_worker` reads requests from its standard input, and answers each with one
byte. It imports as little as possible. It ends when its input ends, which is also the case when the server is killed.
"""

import signal
import sys
from typing import BinaryIO, Final

import msgspec

from tabuah.storage.journal import libsodium
from tabuah.storage.worker_process import reserve_stdout

READY: Final = b"r"
FITS: Final = b"+"
DOES_NOT_FIT: Final = b"-"
LENGTH_BYTES: Final = 4


class VerifyRequest(msgspec.Struct, frozen=True, array_like=True):
    """Texts and signatures (hex) of one push, with the public key (hex) of its device."""

    public_key: str
    entries: tuple[tuple[str, str], ...]


def main() -> int:
    """Answer requests until the input ends, unless libsodium cannot be used."""
    if not libsodium.is_strict():
        return 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all processes of a terminal
    serve(sys.stdin.buffer, reserve_stdout())
    return 0


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests in order, after a byte that says that this process is ready."""
    decoder = msgspec.msgpack.Decoder(VerifyRequest)
    answer = READY
    try:
        while True:
            answers.write(answer)
            answers.flush()
            length = int.from_bytes(requests.read(LENGTH_BYTES), "big")
            request = requests.read(length)
            if not request or len(request) < length:
                return  # the server has ended, perhaps within a request
            answer = FITS if fits(decoder.decode(request)) else DOES_NOT_FIT
    except BrokenPipeError:
        return  # the server is gone


def fits(request: VerifyRequest) -> bool:
    """Return whether libsodium accepts all signatures. Otherwise the server decides."""
    try:
        public_key = bytes.fromhex(request.public_key)
        return all(
            libsodium.accepts(public_key, text.encode(), bytes.fromhex(signature))
            for text, signature in request.entries
        )
    except ValueError:  # not hex: it must not end this process
        return False


if __name__ == "__main__":
    sys.exit(main())
