"""Why no server answers is told in words of the room, whatever the system calls it."""

import errno
import socket
import ssl

import httpx2
import pytest

from tabuah.storage.sync.unreachable_words import unreachable_words


def caused_by(cause: BaseException) -> httpx2.ConnectError:
    """The error as the HTTP client raises it, two layers above the system's own."""
    middle = RuntimeError("transport")
    middle.__cause__ = cause
    error = httpx2.ConnectError("[Errno 111] Connection refused")
    error.__cause__ = middle
    return error


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "tidak ada layanan"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "namanya tidak dikenal"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "tidak terjangkau"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "sambungan putus"),
        (TimeoutError("timed out"), "tidak ada jawaban"),
        (ssl.SSLCertVerificationError(1, "verify failed"), "sertifikatnya tidak dipercaya"),
    ],
)
def test_what_the_system_says_is_told_in_words_of_the_room(cause: BaseException, told: str) -> None:
    words = unreachable_words(caused_by(cause))
    assert told in words
    assert "Errno" not in words


def test_the_clients_own_timeout_is_one_too() -> None:
    assert "tidak ada jawaban" in unreachable_words(httpx2.ReadTimeout("timed out"))


def test_what_is_not_known_is_told_as_the_system_says_it() -> None:
    assert unreachable_words(httpx2.ConnectError("odd")) == "odd"
    assert unreachable_words(httpx2.ConnectError("")) == "ConnectError"
