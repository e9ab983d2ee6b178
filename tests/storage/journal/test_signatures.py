"""Signatures are valid exactly if OpenSSL accepts them, although libsodium accepts most of them first."""

from typing import Any, Final

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from support.ed25519_points import BASE, NEUTRAL, OF_ORDER_8, ORDER, PRIME, public_key_of, sign_with
from support.weak_keys import WEAK_KEYS

from tabuah.storage.journal import libsodium, signatures
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.signatures import DeviceKey, verify_signature

SECRET: Final = 0x1234567890ABCDEF % ORDER
NONCE: Final = 0xFEDCBA0987654321 % ORDER
KEY: Final = public_key_of(SECRET)
MIXED_KEY: Final = public_key_of(SECRET, OF_ORDER_8)
NUMBERS: Final = st.integers(0, ORDER - 1)
TORSIONS: Final = st.integers(0, 7).map(lambda factor: factor * OF_ORDER_8)


def is_valid(public_key: bytes, text: bytes, signature: bytes) -> bool:
    try:
        verify_signature(public_key, text, signature)
    except BadSignature:
        return False
    return True


def is_valid_for_openssl(public_key: bytes, text: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def plus_order(signature: bytes) -> bytes:
    return signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=500))
def test_signatures_of_device_keys_are_accepted_by_both(secret: bytes, text: bytes):
    key = DeviceKey.from_secret(secret)
    signature = key.sign(text)
    assert libsodium.accepts(key.public_key, text, signature)
    assert is_valid(key.public_key, text, signature)
    assert is_valid_for_openssl(key.public_key, text, signature)


@given(st.binary(max_size=100), st.integers(0, 64 * 8 - 1))
def test_changed_signatures_are_refused(text: bytes, bit: int):
    key = DeviceKey.from_secret(bytes(range(32)))
    changed = bytearray(key.sign(text))
    changed[bit // 8] ^= 1 << bit % 8
    assert not is_valid(key.public_key, text, bytes(changed))


@given(NUMBERS, NUMBERS, TORSIONS, TORSIONS, st.binary(max_size=20))
def test_libsodium_accepts_nothing_that_openssl_refuses(
    secret: int, nonce: int, key_torsion: Any, r_torsion: Any, text: bytes
):
    public_key = public_key_of(secret, key_torsion)
    encoded_r = (nonce * BASE + r_torsion).encoded
    signature = sign_with(secret, nonce, text, public_key=public_key, encoded_r=encoded_r)
    valid = is_valid_for_openssl(public_key, text, signature)
    assert valid or not libsodium.accepts(public_key, text, signature)
    assert is_valid(public_key, text, signature) is valid


EDGE_CASES: Final = {
    "honest": (KEY, sign_with(SECRET, NONCE, b"x", public_key=KEY), True),
    "s_not_reduced": (KEY, plus_order(sign_with(SECRET, NONCE, b"x", public_key=KEY)), False),
    "r_neutral": (KEY, sign_with(SECRET, 0, b"x", public_key=KEY), True),
    "r_neutral_not_reduced": (
        KEY,
        sign_with(SECRET, 0, b"x", public_key=KEY, encoded_r=(PRIME + 1).to_bytes(32, "little")),
        False,
    ),
    "r_of_mixed_order": (
        KEY,
        sign_with(SECRET, NONCE, b"x", public_key=KEY, encoded_r=(NONCE * BASE + OF_ORDER_8).encoded),
        False,
    ),
}


@pytest.mark.parametrize("name", EDGE_CASES)
def test_edge_cases_are_decided_as_by_openssl(name: str):
    public_key, signature, valid = EDGE_CASES[name]
    assert is_valid_for_openssl(public_key, b"x", signature) is valid
    assert is_valid(public_key, b"x", signature) is valid


def test_key_of_mixed_order_is_decided_as_by_openssl():
    verdicts = []
    for nonce in range(1, 40):
        signature = sign_with(SECRET, nonce, b"x", public_key=MIXED_KEY)
        verdicts.append(is_valid(MIXED_KEY, b"x", signature))
        assert verdicts[-1] is is_valid_for_openssl(MIXED_KEY, b"x", signature)
    assert set(verdicts) == {True, False}  # one of eight challenges is a multiple of 8


@pytest.mark.parametrize("public_key", WEAK_KEYS)
def test_stored_signatures_of_weak_keys_stay_valid(public_key: str):
    key, forged = bytes.fromhex(public_key), NEUTRAL.encoded + bytes(32)
    verdicts = [is_valid(key, b"%d" % number, forged) for number in range(100)]
    assert verdicts == [is_valid_for_openssl(key, b"%d" % number, forged) for number in range(100)]
    assert any(verdicts)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_keys_of_another_length_are_refused(length: int):
    assert not is_valid(bytes(length), b"x", bytes(64))


@pytest.mark.parametrize("length", [0, 63, 65])
def test_signature_does_not_reach_into_the_text(length: int):
    key = DeviceKey.from_secret(bytes(32))
    signed = key.sign(b"text") + b"text"
    assert not is_valid(key.public_key, signed[length:], signed[:length])


def test_libsodium_that_is_not_strict_is_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(libsodium, "_opens", lambda *_: True)
    libsodium.is_strict.cache_clear()
    try:
        assert not libsodium.is_strict()
        assert not is_valid(KEY, b"x", bytes(64))
    finally:
        libsodium.is_strict.cache_clear()


def test_self_test_signatures_are_refused_by_openssl():
    for signature in libsodium._NOT_STRICT:
        assert not is_valid_for_openssl(libsodium._TEST_KEY, libsodium._TEST_TEXT, bytes.fromhex(signature))
    assert libsodium.is_strict()


def test_openssl_is_not_asked_about_honest_signatures(monkeypatch: pytest.MonkeyPatch):
    key = DeviceKey.from_secret(bytes(range(32)))
    signature = key.sign(b"x")
    monkeypatch.delattr(signatures, "_public_key")
    verify_signature(key.public_key, b"x", signature)
