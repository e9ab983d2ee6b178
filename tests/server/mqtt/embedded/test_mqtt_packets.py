"""MQTT 3.1.1 packets: decoded from any fragments, and refused when malformed."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.server.mqtt.embedded import packets
from tabuah.server.mqtt.embedded import packets as answers
from tabuah.server.mqtt.embedded.packets import (
    BadPacket,
    Connect,
    ConnectReturnCode,
    Packet,
    PacketReader,
    PacketType,
    Publish,
    UnknownVersion,
)

LIMIT = 300_000


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(raw)) + raw


def connect(*fields: bytes, flags: int = 2, protocol: str = "MQTT", level: int = 4) -> bytes:
    return text(protocol) + bytes((level, flags)) + struct.pack(">H", 60) + b"".join(fields)


def packed(first: int, body: bytes) -> bytes:
    length, found = len(body), bytearray([first])
    while True:
        length, low = divmod(length, 128)
        found.append(low | (128 if length else 0))
        if not length:
            return bytes(found) + body


def read_all(reader: PacketReader) -> list[Packet]:
    found = []
    while (packet := reader.next()) is not None:
        found.append(packet)
    return found


@given(
    bodies=st.lists(st.one_of(st.binary(max_size=300), st.integers(0, 70_000).map(bytes)), max_size=5), data=st.data()
)
def test_packet_reader_handles_any_fragmentation(bodies: list[bytes], data: st.DataObject):
    stream = b"".join(packed(0x30, body) for body in bodies)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader, found = PacketReader(LIMIT), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        reader.feed(stream[start:end])
        found += read_all(reader)
    assert found == [Packet(PacketType.PUBLISH, 0, body) for body in bodies]


@given(st.binary(max_size=200))
def test_packet_reader_raises_only_bad_packet(data: bytes):
    reader = PacketReader(1_000)
    reader.feed(data)
    try:
        for packet in read_all(reader):
            {
                PacketType.CONNECT: lambda packet: packets.read_connect(packet.body),
                PacketType.PUBLISH: packets.read_publish,
                PacketType.SUBSCRIBE: lambda packet: packets.count_filters(packet.body),
            }.get(packet.kind, lambda packet: packets.read_packet_id(packet.body))(packet)
    except BadPacket:
        pass


@pytest.mark.parametrize(
    "data", [b"\x00", b"\xf0", b"GET / HTTP/1.1", b"\x62\xff\xff\xff\xff", b"\x80\x00", b"\x30\xff\xff\x7f"]
)
def test_packet_reader_refuses_bad_header_early(data: bytes):
    reader = PacketReader(1_000)
    reader.feed(data)
    with pytest.raises(BadPacket):
        reader.next()


@pytest.mark.parametrize(("protocol", "level"), [("MQTT", 4), ("MQIsdp", 3)])
def test_connect_carries_client_and_account(protocol: str, level: int):
    fields = (text("awlr-3"), text("pupr"), text("rahasia"))
    found = packets.read_connect(connect(*fields, flags=0xC2, protocol=protocol, level=level))
    assert found == Connect("awlr-3", "pupr", "rahasia", 60, clean=True)


def test_connect_skips_last_will():
    fields = (text("awlr-3"), text("status"), text("putus"), text("pupr"))
    assert packets.read_connect(connect(*fields, flags=0x84)).user == "pupr"


def test_connect_distinguishes_unknown_protocol_version():
    with pytest.raises(UnknownVersion):
        packets.read_connect(connect(text("x"), level=5))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        connect(),
        connect(text("x"), b"!"),
        connect(text("x"), flags=0x03),
        connect(text("x"), text("p"), flags=0x42),
        connect(text("x"), flags=0x0A),
        connect(text("x"), text("t"), text("w"), flags=0x1E),
        connect(text(b"\xff\xfe")),
        connect(text("a\0b")),
    ],
)
def test_connect_rejects_invalid_flags(body: bytes):
    with pytest.raises(BadPacket):
        packets.read_connect(body)


def test_publish_has_packet_id_above_qos_0():
    once, numbered = text("a/b") + b"3.4", text("a/b") + b"\x00\x07" + b"3.4"
    assert packets.read_publish(Packet(PacketType.PUBLISH, 0, once)) == Publish("a/b", b"3.4", 0, 0)
    for flags, qos in ((2, 1), (4, 2), (0x0B, 1)):
        assert packets.read_publish(Packet(PacketType.PUBLISH, flags, numbered)) == Publish("a/b", b"3.4", qos, 7)


@pytest.mark.parametrize(
    ("flags", "body"),
    [
        (6, text("a") + b"\0\1"),
        (8, text("a")),
        (2, text("a") + b"\0\0"),
        (2, text("a")),
        (0, text("a/+")),
        (0, text("")),
    ],
)
def test_publish_rejects_invalid_messages(flags: int, body: bytes):
    with pytest.raises(BadPacket):
        packets.read_publish(Packet(PacketType.PUBLISH, flags, body))


def test_replies_match_the_standard():
    assert answers.encode_connack(ConnectReturnCode.BAD_CREDENTIALS) == b"\x20\x02\x00\x04"
    assert answers.encode_puback(Publish("a", b"", 1, 258)) == b"\x40\x02\x01\x02"
    assert answers.encode_puback(Publish("a", b"", 2, 258)) == b"\x50\x02\x01\x02"
    assert answers.encode_pubcomp(7) == b"\x70\x02\x00\x07"
    assert answers.encode_unsuback(7) == b"\xb0\x02\x00\x07"
    assert answers.encode_suback(7, 2) == b"\x90\x04\x00\x07\x80\x80"
    assert answers.encode_suback(7, 200)[:3] == b"\x90\xca\x01"
