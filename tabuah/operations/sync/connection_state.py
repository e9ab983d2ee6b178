"""The state of the connection to the server."""

from enum import Enum


class ConnectionState(Enum):
    """The state of the connection: whether changes and readings are exchanged with the server."""

    NONE = "none"  # no log-in to a server on this console yet
    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"  # the server answers, but a person must act
