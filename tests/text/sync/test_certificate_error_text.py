"""Texts on certificates that a console does not accept: the reason and the next step."""

import ssl

import pytest

from tabuah.text.sync.errors import certificate_advice, certificate_error_of, describe_certificate_error


def failed_verification(code: int, message: str = "") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "verify failed")
    error.verify_code, error.verify_message = code, message
    return error


@pytest.mark.parametrize(
    ("code", "finding", "advice"),
    [
        (62, "nama lain", "renew --name"),
        (64, "nama lain", "renew --name"),
        (10, "sudah habis", "jam komputer"),
        (9, "belum berlaku", "jam komputer"),
        (18, "tidak dikenal", "kode penyandingan"),
        (20, "tidak dikenal", "kode penyandingan"),
        (99, "aneh", "kode penyandingan"),
    ],
)
def test_certificate_error_names_reason_and_next_step(code: int, finding: str, advice: str):
    error = failed_verification(code, "aneh")
    assert finding in describe_certificate_error(error)
    assert advice in certificate_advice(error, is_pinned=False)


def test_paired_console_is_warned_of_an_interception():
    advice = certificate_advice(failed_verification(19), is_pinned=True)
    assert "menyadap" in advice
    assert "tabuah pin set" in advice


def test_certificate_error_is_found_among_causes():
    outer = OSError("connection failed")
    outer.__cause__ = failed_verification(10)
    assert certificate_error_of(outer) is outer.__cause__
    assert certificate_error_of(OSError("other")) is None
