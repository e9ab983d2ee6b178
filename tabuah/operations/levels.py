"""Levels that must never share a type: volcano and river stage; and alarm severity."""

from enum import Enum, StrEnum
from typing import Final


class VolcanoLevel(Enum):
    """PVMBG activity level (Permen ESDM 15/2011): I normal to IV awas, higher is worse."""

    NORMAL = "I"
    WASPADA = "II"
    SIAGA = "III"
    AWAS = "IV"

    @property
    def rank(self) -> int:
        """Return 1 for I normal to 4 for IV awas: higher is worse."""
        return list(VolcanoLevel).index(self) + 1


class RiverLevel(StrEnum):
    """River stage (TMA): siaga 4 is normal, siaga 1 is the worst."""

    SIAGA_4 = "siaga_4"
    SIAGA_3 = "siaga_3"
    SIAGA_2 = "siaga_2"
    SIAGA_1 = "siaga_1"


class AlarmSeverity(StrEnum):
    """Severity of an alarm; neutral between hazards, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    ATTENTION = "attention"
    NORMAL = "normal"
    NO_DATA = "no_data"

    @property
    def rank(self) -> int:
        """Return 0 for critical, counting up as urgency falls."""
        return _RANKS[self]


_RANKS: Final = {severity: rank for rank, severity in enumerate(AlarmSeverity)}  # read for each station each second
SEVERITY_OF_RIVER_LEVEL: Final = {
    RiverLevel.SIAGA_1: AlarmSeverity.CRITICAL,
    RiverLevel.SIAGA_2: AlarmSeverity.HIGH,
    RiverLevel.SIAGA_3: AlarmSeverity.ATTENTION,
    RiverLevel.SIAGA_4: AlarmSeverity.NORMAL,
}
