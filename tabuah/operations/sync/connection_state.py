"""The state of the connection to the server, and a difference of the journals."""

from enum import Enum


class ConnectionState(Enum):
    """The state of the connection: whether changes and readings are exchanged with the server."""

    NONE = "none"  # no log-in to a server on this console yet
    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"  # the server answers, but a person must act


class HistoryProblem(Enum):
    """Why a console and its server exchange nothing: their journals differ."""

    BEHIND = "behind"  # the server was put back to an older copy and waits for the records that it lost
    UNDECIDED = "undecided"  # it has written since: an administrator decides between two histories
