"""Errors of the simulation.

OperationsError
└── SimulationError     the scenario cannot be created from the given data
"""

from tabuah.operations.errors import OperationsError


class SimulationError(OperationsError):
    """The scenario cannot be created from the given data; the message names the missing part."""
