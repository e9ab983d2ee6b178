"""Errors of the simulation.

OperationsError
└── SimulationError     the scenario cannot be made from what was given
"""

from tabuah.operations.errors import OperationsError


class SimulationError(OperationsError):
    """The scenario cannot be made from what was given; the message says what is missing."""
