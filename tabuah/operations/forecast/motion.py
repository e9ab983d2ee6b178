"""Which of three situations a forecast is about."""

from enum import IntEnum


class Motion(IntEnum):
    """What a forecast says of the river; rises are much harder to forecast than falls."""

    FALLING = -1
    CALM = 0
    RISING = 1
