"""Pairing codes: they commit to authority and server key, and detect wrong letters."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.server.tls.certificates import certificate_pem, new_authority
from tabuah.storage.journal import pairing
from tabuah.storage.journal.errors import BadPairingCode, BadPairingOffer
from tabuah.storage.journal.pairing import (
    PairingOffer,
    PairingText,
    code_of,
    confirms,
    offered_authority,
    pairing_text,
    read_code,
    read_pairing_file,
    read_pairing_text,
)


@cache
def authority(name: str = "Tabuah") -> str:
    return certificate_pem(new_authority(name, datetime(2026, 12, 1, tzinfo=UTC)).certificate).decode()


def offer(key: str = "ab" * 32, name: str = "Tabuah") -> PairingOffer:
    return PairingOffer(public_key=key, authority=authority(name))


CODE = code_of(offer())


@given(st.binary(min_size=16, max_size=16))
def test_words_carry_every_bit(data: bytes):
    words = pairing._write_words(data)
    assert b"".join(pairing._read_word(word) for word in words.split("-")) == data
    assert len(words) == 8 * 5 + 7


def test_proquint_is_the_published_one():
    assert pairing._write_words(bytes([127, 0, 0, 1])) == "lusab-babad"


def test_code_confirms_its_server_only():
    assert confirms(CODE, offer())
    assert not confirms(CODE, offer(key="cd" * 32))
    assert not confirms(CODE, offer(name="Palsu"))


def test_offer_with_a_second_authority_is_refused():
    for text in (authority() + authority("Palsu"), authority("Palsu") + authority(), authority() * 2):
        forged = PairingOffer(public_key="ab" * 32, authority=text)
        with pytest.raises(BadPairingOffer):
            confirms(CODE, forged)
        with pytest.raises(BadPairingOffer):
            offered_authority(forged)


def test_offered_authority_is_written_from_the_certificate():
    surrounded = PairingOffer(public_key="ab" * 32, authority=f"text\n{authority()}\nmore text")
    assert offered_authority(surrounded) == authority()


def test_rude_words_are_avoided(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pairing, "_RUDE", (CODE[:5],))
    other = code_of(offer())
    assert other != CODE
    assert confirms(other, offer())
    assert confirms(CODE, offer())


@pytest.mark.parametrize(
    "text",
    [CODE, CODE.upper(), CODE.replace("-", " "), CODE.replace("-", ""), f"  {CODE}\n", CODE.replace("-", "–")],
    ids=["as printed", "capitals", "spaces", "no separators", "padded", "en dashes"],  # the code differs each time
)
def test_code_is_read_in_every_spelling(text: str):
    assert read_code(text) == CODE


@given(st.integers(0, 46), st.sampled_from("bdfghjklmnprstvzaiou"))
def test_wrong_letter_is_detected(place: int, letter: str):
    wrong = CODE[:place] + letter + CODE[place + 1 :]
    if CODE[place] in ("-", letter):
        return
    try:
        assert read_code(wrong) != CODE  # one in 256 passes the check, and confirms no server
    except BadPairingCode:
        return
    assert not confirms(read_code(wrong), offer())


@given(st.text(max_size=300))
def test_any_text_is_a_code_or_refused(text: str):
    try:
        found = read_pairing_text(text)
    except BadPairingCode:
        return
    assert read_code(found.code) == found.code


@pytest.mark.parametrize(
    "address", ["https://tabuah.example:8410", "https://10.1.2.3:8410", "https://[fd00::1]:8410"]
)
def test_text_of_a_qr_code_has_the_address(address: str):
    assert read_pairing_text(pairing_text(address, CODE)) == PairingText(CODE, address)


@pytest.mark.parametrize(
    "text",
    ["", "tabuah://", "tabuah:///x", f"tabuah://a:b@c/{CODE}", "tabuah://[/x", "tabuah://a:x/y"],
    ids=["empty", "scheme only", "no host", "user and password", "open bracket", "no code"],
)
def test_bad_text_is_refused(text: str):
    with pytest.raises(BadPairingCode):
        read_pairing_text(text)


def test_wrong_word_is_named():
    wrong = f"{CODE[6:10]}x"
    with pytest.raises(BadPairingCode, match=f"“{wrong}”"):
        read_code(f"{CODE[:6]}{wrong}{CODE[11:]}")


def test_code_file_may_have_comments(tmp_path: Path):
    file = tmp_path / "code.txt"
    file.write_bytes(b"\xef\xbb\xbf# Tabuah\r\n" + pairing_text("https://a.example", CODE).encode() + b"\r\n")
    assert read_pairing_file(file) == PairingText(CODE, "https://a.example")


def test_offer_without_a_certificate_is_refused():
    with pytest.raises(BadPairingOffer):
        code_of(PairingOffer(public_key="ab" * 32, authority="no certificate"))
