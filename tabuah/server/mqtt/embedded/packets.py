"""The packets of MQTT 3.1.1 that a gateway sends, read from bytes.

Section numbers are those of the OASIS standard "MQTT Version 3.1.1". MQTT 3.1 differs in the name of the protocol
only, as far as a gateway that publishes is concerned, and old modems speak nothing else.
"""

from enum import IntEnum
from typing import Final, NamedTuple

_PROTOCOLS: Final = {("MQTT", 4), ("MQIsdp", 3)}
_MAX_LENGTH_BYTES: Final = 4
_CONTINUES: Final = 0x80


class BadPacket(ValueError):
    """What came is not what the standard allows; the connection must be closed (4.8)."""


class UnknownVersion(BadPacket):
    """A version of MQTT that is not spoken here."""


class Kind(IntEnum):
    """What a packet is (2.2.1)."""

    CONNECT = 1
    PUBLISH = 3
    PUBREL = 6
    SUBSCRIBE = 8
    UNSUBSCRIBE = 10
    PINGREQ = 12
    DISCONNECT = 14


_FLAGS: Final = dict.fromkeys(Kind, 0) | {Kind.PUBREL: 2, Kind.SUBSCRIBE: 2, Kind.UNSUBSCRIBE: 2}


class Packet(NamedTuple):
    """A packet as it came; `flags` mean something in a PUBLISH only."""

    kind: Kind
    flags: int
    body: bytes


class Connect(NamedTuple):
    """A gateway says who it is; `keep_alive_s` of 0 promises nothing."""

    client: str
    user: str
    password: str
    keep_alive_s: int
    clean: bool


class Publish(NamedTuple):
    """A message; `packet_id` is 0 where no answer is asked for."""

    topic: str
    payload: bytes
    qos: int
    packet_id: int


class PacketReader:
    """Cuts packets out of what arrives in pieces."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._kept = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what has arrived."""
        self._kept += data

    def next(self) -> Packet | None:
        """The next whole packet.

        Raises:
            BadPacket: what comes can be none, or is larger than it may be.
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
        """Where the body starts and how long it is (2.2.3)."""
        length = 0
        for index, byte in enumerate(self._kept[1 : 1 + _MAX_LENGTH_BYTES]):
            length |= (byte & ~_CONTINUES) << 7 * index
            if not byte & _CONTINUES:
                return index + 2, length
        if len(self._kept) > _MAX_LENGTH_BYTES:
            raise BadPacket("a length without an end")
        return None


def _kind_and_flags(first: int) -> tuple[Kind, int]:
    """What the first byte says (2.2)."""
    try:
        kind = Kind(first >> 4)
    except ValueError as error:
        raise BadPacket(f"a packet of kind {first >> 4}") from error
    flags = first & 0x0F
    if kind is not Kind.PUBLISH and flags != _FLAGS[kind]:
        raise BadPacket(f"flags {flags} of a {kind.name}")
    return kind, flags


class _Fields:
    """The fields of a body, one after the other."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def number(self, size: int) -> int:
        """An unsigned number of some bytes."""
        return int.from_bytes(self.raw(size))

    def raw(self, size: int) -> bytes:
        """Some bytes."""
        end = self._at + size
        if end > len(self._body):
            raise BadPacket("a packet that ends too soon")
        found, self._at = self._body[self._at : end], end
        return found

    def binary(self) -> bytes:
        """Bytes after their length."""
        return self.raw(self.number(2))

    def text(self) -> str:
        """Text after its length (1.5.3)."""
        try:
            found = self.binary().decode()
        except UnicodeDecodeError as error:
            raise BadPacket("a text that is no UTF-8") from error
        if "\0" in found:
            raise BadPacket("a text with a zero in it")
        return found

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.raw(len(self._body) - self._at)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._body)


def read_connect(body: bytes) -> Connect:
    """Who connects (3.1); a last will is read over, as nobody here would hear it.

    Raises:
        UnknownVersion: it is another MQTT.
        BadPacket: it is none.
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
    if not fields.is_over:
        raise BadPacket("a CONNECT with more behind it")
    return Connect(client, user, password.decode("utf-8", "replace"), keep_alive_s, bool(flags & 0x02))


def _check_connect_flags(flags: int) -> None:
    """What must not be said together (3.1.2)."""
    will, will_qos = flags & 0x04, flags >> 3 & 0x03
    if flags & 0x01 or will_qos == 3 or (flags & 0x38 and not will) or (flags & 0x40 and not flags & 0x80):
        raise BadPacket(f"flags {flags} of a CONNECT")


def read_publish(packet: Packet) -> Publish:
    """A message (3.3).

    Raises:
        BadPacket: its topic has wildcards or is empty, or its flags cannot be.
    """
    qos = packet.flags >> 1 & 0x03
    if qos == 3 or (qos == 0 and packet.flags & 0x08):
        raise BadPacket(f"flags {packet.flags} of a PUBLISH")
    fields = _Fields(packet.body)
    topic = fields.text()
    if not topic or "+" in topic or "#" in topic:
        raise BadPacket("a topic that is none")
    packet_id = _packet_id(fields) if qos else 0
    return Publish(topic, fields.rest(), qos, packet_id)


def read_packet_id(body: bytes) -> int:
    """The number of a packet that has one and nothing else that matters here.

    Raises:
        BadPacket: there is none.
    """
    return _packet_id(_Fields(body))


def _packet_id(fields: _Fields) -> int:
    found = fields.number(2)
    if not found:
        raise BadPacket("a packet number of 0")
    return found


def count_filters(body: bytes) -> int:
    """How many topics a SUBSCRIBE asks for (3.8.3).

    Raises:
        BadPacket: none, or it cannot be read.
    """
    fields = _Fields(body)
    _packet_id(fields)
    count = 0
    while not fields.is_over:
        fields.text(), fields.number(1)
        count += 1
    if not count:
        raise BadPacket("a SUBSCRIBE to nothing")
    return count
