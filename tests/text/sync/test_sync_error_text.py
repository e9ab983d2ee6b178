"""Texts that explain why no server answers."""

import errno
import socket
import ssl

import httpx2
import pytest

from tabuah.text.sync.errors import describe_connection_error


def caused_by(cause: BaseException) -> httpx2.ConnectError:
    """Return the error as the HTTP client raises it, two layers above the system's own."""
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
def test_connection_error_is_described_in_plain_words(cause: BaseException, told: str) -> None:
    words = describe_connection_error(caused_by(cause))
    assert told in words
    assert "Errno" not in words


def test_client_timeout_is_described() -> None:
    assert "tidak ada jawaban" in describe_connection_error(httpx2.ReadTimeout("timed out"))


def test_unknown_error_keeps_system_text() -> None:
    assert describe_connection_error(httpx2.ConnectError("odd")) == "odd"
    assert describe_connection_error(httpx2.ConnectError("")) == "ConnectError"
