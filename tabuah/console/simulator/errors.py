"""Errors of the simulator.

SimulatorError
├── RealStation             the server has a real station with that code
├── RealUnit                the server has a real unit with that call sign
├── RegistrationRefused     the server did not accept the simulated stations or units
└── BrokerLogInRefused      the broker does not know the user, or refuses the password
"""

from tabuah.resources.localisation import _


class SimulatorError(Exception):
    """An expected failure of the simulator; the message can be shown."""


class RealStation(SimulatorError):
    """Simulated readings must not be mixed with real ones."""

    def __init__(self, code: str) -> None:
        message = _("{code} is a real station on this server. The simulator writes only to stations of an exercise.")
        super().__init__(message.format(code=code))


class RealUnit(SimulatorError):
    """Simulated positions must not move real units."""

    def __init__(self, unit: str) -> None:
        message = _("{unit} is a real unit on this server. The simulator moves only units of an exercise.")
        super().__init__(message.format(unit=unit))


class RegistrationRefused(SimulatorError):
    """The server would quarantine the readings of unregistered stations."""

    def __init__(self, code: str, reason: str) -> None:
        message = _("The server did not register {code} ({reason}). Nothing was simulated.")
        super().__init__(message.format(code=code, reason=reason))


class BrokerLogInRefused(SimulatorError):
    """The broker refused the log-in; more attempts would only lock the account."""

    def __init__(self, broker: str, user: str, reason: str) -> None:
        message = _("{broker} refuses the log-in of {user} ({reason}). Nothing more was sent.")
        super().__init__(message.format(broker=broker, user=user or _("an anonymous user"), reason=reason))
