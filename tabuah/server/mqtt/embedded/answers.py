"""What the server's own broker answers, as bytes of MQTT 3.1.1; the sections are those of the standard."""

import struct
from enum import IntEnum
from typing import Final

from tabuah.server.mqtt.embedded.packets import Publish

TO_PING: Final = b"\xd0\x00"
_CONTINUES: Final = 0x80


class Admission(IntEnum):
    """What follows a log-in (3.2.2.3)."""

    WELCOME = 0
    UNKNOWN_VERSION = 1
    BAD_NAME = 2
    UNAVAILABLE = 3
    WRONG_PASSWORD = 4
    NOT_ALLOWED = 5


def to_connect(answer: Admission) -> bytes:
    """CONNACK; no session is ever kept, as nothing is handed out (3.2)."""
    return bytes((0x20, 2, 0, answer))


def to_publish(message: Publish) -> bytes:
    """PUBACK, or PUBREC for a message that is to come once only (3.4, 3.5)."""
    return struct.pack(">BBH", 0x40 if message.qos == 1 else 0x50, 2, message.packet_id)


def to_release(packet_id: int) -> bytes:
    """PUBCOMP (3.7)."""
    return struct.pack(">BBH", 0x70, 2, packet_id)


def to_subscribe(packet_id: int, count: int) -> bytes:
    """SUBACK that refuses every topic (3.9.3)."""
    body = struct.pack(">H", packet_id) + b"\x80" * count
    return b"\x90" + _length(len(body)) + body


def to_unsubscribe(packet_id: int) -> bytes:
    """UNSUBACK (3.11)."""
    return struct.pack(">BBH", 0xB0, 2, packet_id)


def _length(length: int) -> bytes:
    found = bytearray()
    while True:
        length, low = divmod(length, 128)
        found.append(low | (_CONTINUES if length else 0))
        if not length:
            return bytes(found)
