"""Errors of the simulator.

SimulatorError
├── NoPastReadings          the past period has no readings, or only summaries
├── ReplayOverlap           the stations of the exercise have readings from after the start of a replay
├── NoExercise              the simulation has no running exercise
├── RegistrationRefused     the server did not accept the simulated stations or units
└── BrokerLogInRefused      the broker does not know the user, or refuses the password
"""

from tabuah.resources.localisation import _


class SimulatorError(Exception):
    """An expected failure of the simulator; the message can be shown."""


class NoExercise(SimulatorError):
    """Simulated readings belong to a running exercise, which must be named where there are real stations."""


class NoPastReadings(SimulatorError):
    """The past period has no readings, or only summaries."""


class ReplayOverlap(SimulatorError):
    """The readings of a replay would mix with those of another in one series."""


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
