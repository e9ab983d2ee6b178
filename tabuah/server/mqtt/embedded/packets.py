"""Packets of MQTT 3.1.1: decoding of those that a gateway sends, encoding of the broker's replies.

Section numbers refer to the OASIS standard "MQTT Version 3.1.1". MQTT 3.1, the only version of some
old modems, is accepted as well: for publishing clients it differs only in the protocol name.
"""

import struct
from enum import IntEnum
from typing import Final, NamedTuple

_PROTOCOLS: Final = {("MQTT", 4), ("MQIsdp", 3)}
_MAX_LENGTH_BYTES: Final = 4
_CONTINUES: Final = 0x80


class BadPacket(ValueError):
    """The data violates the standard; the connection must be closed (4.8)."""


class UnknownVersion(BadPacket):
    """A version of MQTT that is not supported."""


class PacketType(IntEnum):
    """Control packet type (2.2.1)."""

    CONNECT = 1
    PUBLISH = 3
    PUBREL = 6
    SUBSCRIBE = 8
    UNSUBSCRIBE = 10
    PINGREQ = 12
    DISCONNECT = 14


_FLAGS: Final = dict.fromkeys(PacketType, 0) | {
    PacketType.PUBREL: 2,
    PacketType.SUBSCRIBE: 2,
    PacketType.UNSUBSCRIBE: 2,
}


class Packet(NamedTuple):
    """A packet as received; `flags` are used in a PUBLISH only."""

    kind: PacketType
    flags: int
    body: bytes


class Connect(NamedTuple):
    """A CONNECT; `keep_alive_s` 0 means no keep-alive."""

    client: str
    user: str
    password: str
    keep_alive_s: int
    clean: bool


class Publish(NamedTuple):
    """A PUBLISH; `packet_id` is 0 for QoS 0."""

    topic: str
    payload: bytes
    qos: int
    packet_id: int


class PacketReader:
    """Extracts packets from a stream of bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._kept = bytearray()

    def feed(self, data: bytes) -> None:
        """Append received bytes."""
        self._kept += data

    def next(self) -> Packet | None:
        """Return the next complete packet, or None.

        Raises:
            BadPacket: the data is no packet, or the packet is too large.
        """
        if not self._kept:
            return None
        kind, flags = _kind_and_flags(self._kept[0])
        head = self._read_head()
        if head is None:
            return None
        starts, length = head
        if length > self.limit_bytes:
            raise BadPacket(f"a packet of {length} bytes")
        if len(self._kept) < starts + length:
            return None
        body = bytes(memoryview(self._kept)[starts : starts + length])
        del self._kept[: starts + length]
        return Packet(kind, flags, body)

    def _read_head(self) -> tuple[int, int] | None:
        """Return the start and the length of the body (2.2.3); None while the header is incomplete."""
        length = 0
        for index, byte in enumerate(self._kept[1 : 1 + _MAX_LENGTH_BYTES]):
            length |= (byte & ~_CONTINUES) << 7 * index
            if not byte & _CONTINUES:
                return index + 2, length
        if len(self._kept) > _MAX_LENGTH_BYTES:
            raise BadPacket("a length of more than four bytes")
        return None


def _kind_and_flags(first: int) -> tuple[PacketType, int]:
    """Decode the first byte (2.2)."""
    try:
        kind = PacketType(first >> 4)
    except ValueError as error:
        raise BadPacket(f"a packet of type {first >> 4}") from error
    flags = first & 0x0F
    if kind is not PacketType.PUBLISH and flags != _FLAGS[kind]:
        raise BadPacket(f"flags {flags} of a {kind.name}")
    return kind, flags


class _Fields:
    """Sequential reader of the fields of a body."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def number(self, size: int) -> int:
        """Read an unsigned number of `size` bytes."""
        return int.from_bytes(self.raw(size))

    def raw(self, size: int) -> bytes:
        """Read `size` bytes."""
        end = self._at + size
        if end > len(self._body):
            raise BadPacket("a truncated packet")
        found, self._at = self._body[self._at : end], end
        return found

    def binary(self) -> bytes:
        """Read bytes with a length prefix."""
        return self.raw(self.number(2))

    def text(self) -> str:
        """Read text with a length prefix (1.5.3)."""
        try:
            found = self.binary().decode()
        except UnicodeDecodeError as error:
            raise BadPacket("text that is not UTF-8") from error
        if "\0" in found:
            raise BadPacket("text with a null character")
        return found

    def rest(self) -> bytes:
        """Read all remaining bytes."""
        return self.raw(len(self._body) - self._at)

    @property
    def at_end(self) -> bool:
        return self._at == len(self._body)


def read_connect(body: bytes) -> Connect:
    """Decode a CONNECT (3.1). A last will is skipped: the broker delivers no messages.

    Raises:
        UnknownVersion: it is another version of MQTT.
        BadPacket: it is malformed.
    """
    fields = _Fields(body)
    protocol = (fields.text(), fields.number(1))
    if protocol not in _PROTOCOLS:
        raise UnknownVersion(f"{protocol[0][:10]!r} {protocol[1]}")
    flags, keep_alive_s, client = fields.number(1), fields.number(2), fields.text()
    _check_connect_flags(flags)
    if flags & 0x04:
        fields.text(), fields.binary()
    user = fields.text() if flags & 0x80 else ""
    password = fields.binary() if flags & 0x40 else b""
    if not fields.at_end:
        raise BadPacket("a CONNECT with trailing bytes")
    return Connect(client, user, password.decode("utf-8", "replace"), keep_alive_s, bool(flags & 0x02))


def _check_connect_flags(flags: int) -> None:
    """Check for contradictory flags (3.1.2)."""
    will, will_qos = flags & 0x04, flags >> 3 & 0x03
    if flags & 0x01 or will_qos == 3 or (flags & 0x38 and not will) or (flags & 0x40 and not flags & 0x80):
        raise BadPacket(f"flags {flags} of a CONNECT")


def read_publish(packet: Packet) -> Publish:
    """Decode a PUBLISH (3.3).

    Raises:
        BadPacket: the topic is empty or has wildcards, or the flags are invalid.
    """
    qos = packet.flags >> 1 & 0x03
    if qos == 3 or (qos == 0 and packet.flags & 0x08):
        raise BadPacket(f"flags {packet.flags} of a PUBLISH")
    fields = _Fields(packet.body)
    topic = fields.text()
    if not topic or "+" in topic or "#" in topic:
        raise BadPacket("an invalid topic")
    packet_id = _packet_id(fields) if qos else 0
    return Publish(topic, fields.rest(), qos, packet_id)


def read_packet_id(body: bytes) -> int:
    """Return the packet identifier of a packet that starts with one.

    Raises:
        BadPacket: it is missing or 0.
    """
    return _packet_id(_Fields(body))


def _packet_id(fields: _Fields) -> int:
    found = fields.number(2)
    if not found:
        raise BadPacket("a packet identifier of 0")
    return found


def count_filters(body: bytes) -> int:
    """Return the number of topic filters in a SUBSCRIBE (3.8.3).

    Raises:
        BadPacket: there is none, or it is malformed.
    """
    fields = _Fields(body)
    _packet_id(fields)
    count = 0
    while not fields.at_end:
        fields.text(), fields.number(1)
        count += 1
    if not count:
        raise BadPacket("a SUBSCRIBE without topic filters")
    return count


PINGRESP: Final = b"\xd0\x00"
_MORE_LENGTH: Final = 0x80


class ConnectReturnCode(IntEnum):
    """CONNACK return code (3.2.2.3)."""

    ACCEPTED = 0
    UNACCEPTABLE_VERSION = 1
    IDENTIFIER_REJECTED = 2
    UNAVAILABLE = 3
    BAD_CREDENTIALS = 4
    NOT_AUTHORISED = 5


def encode_connack(answer: ConnectReturnCode) -> bytes:
    """Encode a CONNACK; the session-present flag is always 0, as no session is kept (3.2)."""
    return bytes((0x20, 2, 0, answer))


def encode_puback(message: Publish) -> bytes:
    """Encode a PUBACK, or a PUBREC for QoS 2 (3.4, 3.5)."""
    return struct.pack(">BBH", 0x40 if message.qos == 1 else 0x50, 2, message.packet_id)


def encode_pubcomp(packet_id: int) -> bytes:
    """Encode a PUBCOMP (3.7)."""
    return struct.pack(">BBH", 0x70, 2, packet_id)


def encode_suback(packet_id: int, count: int) -> bytes:
    """Encode a SUBACK that refuses every topic (3.9.3)."""
    body = struct.pack(">H", packet_id) + b"\x80" * count
    return b"\x90" + _encode_length(len(body)) + body


def encode_unsuback(packet_id: int) -> bytes:
    """Encode an UNSUBACK (3.11)."""
    return struct.pack(">BBH", 0xB0, 2, packet_id)


def _encode_length(length: int) -> bytes:
    found = bytearray()
    while True:
        length, low = divmod(length, 128)
        found.append(low | (_MORE_LENGTH if length else 0))
        if not length:
            return bytes(found)
