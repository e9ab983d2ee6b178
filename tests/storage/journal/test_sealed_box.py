"""Sealed boxes: only the named devices open them, and only if nothing was altered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.operations.entries import PersonalValue
from tabuah.storage.journal.errors import BadSignature, NotForThisDevice, SealBroken
from tabuah.storage.journal.sealed_box import (
    PIECE_BYTES,
    Recipient,
    published_sealing_key,
    recipient_of,
    seal,
    seal_pieces,
    unseal,
)
from tabuah.storage.journal.sealed_values import open_values, seal_values
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import SealedValues

SERVER = DeviceKey.from_secret(bytes(range(32)))
OFFICE = DeviceKey.from_secret(bytes(range(1, 33)))
STRANGER = DeviceKey.from_secret(bytes(range(2, 34)))


def recipient(key: DeviceKey) -> Recipient:
    return recipient_of(key.device_id, key.public_key.hex(), published_sealing_key(key))


BOTH = [recipient(SERVER), recipient(OFFICE)]
BOX = seal(b"Pak Rusdi 0812", BOTH, b"personal/x")


@given(pieces=st.lists(st.binary(max_size=100_000), max_size=4))
def test_sealed_content_survives_any_piece_size(pieces: list[bytes]):
    box = b"".join(seal_pieces(pieces, BOTH, b"attachment/x"))
    assert unseal(box, SERVER, b"attachment/x") == unseal(box, OFFICE, b"attachment/x") == b"".join(pieces)


@pytest.mark.parametrize("size", [0, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_sealed_content_survives_piece_boundaries(size: int):
    content = bytes(size)
    assert unseal(seal(content, BOTH, b"c"), SERVER, b"c") == content


def test_sealed_box_is_closed_to_strangers():
    with pytest.raises(NotForThisDevice):
        unseal(BOX, STRANGER, b"personal/x")


def test_sealed_box_hides_its_content():
    assert b"Rusdi" not in BOX


@given(at=st.integers(0, len(BOX) - 1), bit=st.integers(0, 7))
def test_sealed_box_with_flipped_bit_fails(at: int, bit: int):
    altered = bytearray(BOX)
    altered[at] ^= 1 << bit
    with pytest.raises((SealBroken, NotForThisDevice)):
        unseal(bytes(altered), SERVER, b"personal/x")


@given(length=st.integers(0, len(BOX) - 1))
def test_cut_sealed_box_fails(length: int):
    with pytest.raises(SealBroken):
        unseal(BOX[:length], SERVER, b"personal/x")


def test_sealed_box_cut_between_pieces_fails():
    whole = seal(bytes(2 * PIECE_BYTES), BOTH, b"c")
    with pytest.raises(SealBroken):
        unseal(whole[: -(PIECE_BYTES + 16)], SERVER, b"c")


def test_sealed_box_is_bound_to_context():
    with pytest.raises(SealBroken):
        unseal(BOX, SERVER, b"personal/y")


def test_sealed_box_recipient_cannot_be_removed():
    without_first = BOX[:16] + b"\x01" + BOX[17 + 96 :]
    with pytest.raises(SealBroken):
        unseal(without_first, OFFICE, b"personal/x")


def test_foreign_sealing_key_is_refused():
    with pytest.raises(BadSignature):
        recipient_of(SERVER.device_id, SERVER.public_key.hex(), published_sealing_key(STRANGER))
    with pytest.raises(BadSignature):
        recipient_of(SERVER.device_id, SERVER.public_key.hex(), "keliru")


def test_broken_sealed_values_block_no_other():
    values = [PersonalValue(field="caller", salt="00" * 16, value=f"Warga {n}", entry=f"e{n}") for n in range(3)]
    sealed = list(seal_values(values, BOTH))
    sealed[1] = SealedValues("e1", sealed[0].box)  # the values of another entry
    assert open_values(sealed, SERVER) == (values[0], values[2])
    assert open_values(sealed, STRANGER) == ()


@pytest.mark.parametrize("box", ["\x86", "b\U000b0dca", "AAAA", "bukan base64", "\ud800"])
def test_damaged_sealed_values_are_left_out(box: str):
    values = [PersonalValue(field="caller", salt="00" * 16, value="Warga", entry="e0")]
    sealed = [SealedValues("e1", box), *seal_values(values, BOTH)]
    assert open_values(sealed, SERVER) == tuple(values)
