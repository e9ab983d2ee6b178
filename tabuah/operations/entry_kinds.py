"""The known entry kinds, and the encoding of bodies."""

from typing import Final, TypeVar

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.errors import MalformedBody
from tabuah.operations.subjects import ENTRY_KINDS

_ENCODER: Final = msgspec.json.Encoder()


def known_kinds() -> tuple[str, ...]:
    """Return the entry kinds of this version, sorted."""
    return tuple(sorted(ENTRY_KINDS))


BodyT = TypeVar("BodyT", bound=msgspec.Struct)


def encode_body(body: msgspec.Struct) -> msgspec.Raw:
    """Encode a body as JSON for an entry."""
    return msgspec.Raw(_ENCODER.encode(body))


def decode_body(entry: Entry) -> msgspec.Struct:
    """Decode an entry's body.

    Raises:
        MalformedBody: the kind is unknown here, or the body does not fit it.
    """
    kind = ENTRY_KINDS.get(entry.kind)
    if kind is None:
        raise MalformedBody(f"unknown kind {entry.kind!r}")
    return kind.decode(entry.body)


def read_body(entry: Entry, shape: type[BodyT]) -> BodyT:
    """Decode an entry's body and check its type."""
    body = decode_body(entry)
    if not isinstance(body, shape):
        raise MalformedBody(f"{entry.kind} is not a {shape.__name__}")
    return body
