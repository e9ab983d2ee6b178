"""Errors of the simulator.

SimulatorError
├── RealStation         a station of that code is real: nothing simulated may be sent for it
├── RealUnit            a unit of that call sign is real: likewise
├── NotRegistered       the server did not take the simulated stations or units
└── NotLetIn            the broker does not know the user, or not this password
"""

from tabuah.resources.catalogue import _


class SimulatorError(Exception):
    """An expected failure of the simulator; the message is made to be shown."""


class RealStation(SimulatorError):
    """Simulated values never mix with real ones."""

    def __init__(self, code: str) -> None:
        message = _("{code} is a real station on this server. The simulator writes only to stations of an exercise.")
        super().__init__(message.format(code=code))


class RealUnit(SimulatorError):
    """Simulated cars never move real ones."""

    def __init__(self, unit: str) -> None:
        message = _("{unit} is a real unit on this server. The simulator moves only units of an exercise.")
        super().__init__(message.format(unit=unit))


class NotRegistered(SimulatorError):
    """Without stations and units the readings would only be set aside."""

    def __init__(self, code: str, reason: str) -> None:
        message = _("The server did not register {code} ({reason}). Nothing was simulated.")
        super().__init__(message.format(code=code, reason=reason))


class NotLetIn(SimulatorError):
    """Trying again would only lock the account out."""

    def __init__(self, broker: str, user: str, reason: str) -> None:
        message = _("{broker} does not let {user} in ({reason}). Nothing more was sent.")
        super().__init__(message.format(broker=broker, user=user or _("anybody without a name"), reason=reason))
