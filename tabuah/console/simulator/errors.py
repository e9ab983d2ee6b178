"""Errors of the simulator.

SimulatorError
├── RealStation         a station of that code is real: nothing simulated may be sent for it
└── NotRegistered       the server did not take the simulated stations
"""

from tabuah.resources.catalogue import _


class SimulatorError(Exception):
    """An expected failure of the simulator; the message is made to be shown."""


class RealStation(SimulatorError):
    """Simulated values never mix with real ones."""

    def __init__(self, code: str) -> None:
        message = _("{code} is a real station on this server. The simulator writes only to stations of an exercise.")
        super().__init__(message.format(code=code))


class NotRegistered(SimulatorError):
    """Without stations the readings would only be set aside."""

    def __init__(self, code: str, reason: str) -> None:
        message = _("The server did not register station {code} ({reason}). Nothing was simulated.")
        super().__init__(message.format(code=code, reason=reason))
