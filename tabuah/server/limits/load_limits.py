"""The limits of load, with their defaults: far above the needs of consoles, far below a load that harms others."""

from typing import Final

import msgspec

LOOPBACK_PROXIES: Final = ("127.0.0.1", "::1")


class LoadLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of one server.

    Attributes:
        trusted_proxies: addresses or networks of reverse proxies. Their connections are not limited, and their
            `X-Forwarded-For` names the client.
        head_s: time in which the head of a request must arrive, also the TLS handshake.
        body_s: the same for the body; each `body_bytes_a_s` bytes that arrive extend it by a second.
        body_bytes_a_s: the slowest body that is accepted, in bytes a second.
        stalled_s: time after which a client that reads nothing of its response is disconnected.
        connections: open connections of one address; of one /64 network for IPv6.
        requests: requests of one user, and of one client behind a proxy, that run at the same moment.
        streams: live streams of one user.
        bytes_in_flight: bytes of one user's requests and unread responses.
        push_burst, pushes_a_s: pushes of one device: so many at once, then so many a second.
        pushed_bytes_an_hour: bytes of the entries that one user pushes, at once or within an hour.
    """

    trusted_proxies: tuple[str, ...] = LOOPBACK_PROXIES
    head_s: float = 10.0
    body_s: float = 30.0
    body_bytes_a_s: int = 250
    stalled_s: float = 30.0
    connections: int = 512
    requests: int = 64
    streams: int = 24
    bytes_in_flight: int = 64 * 1024 * 1024
    push_burst: int = 1_000  # 100,000 entries, as after weeks offline
    pushes_a_s: float = 20.0
    pushed_bytes_an_hour: int = 256 * 1024 * 1024  # 10,000 entries of 26 KB, far above three days offline


DEFAULT_LIMITS: Final = LoadLimits()
