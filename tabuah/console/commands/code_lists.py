"""Lists of codes as commands show them: by their name in the language that is spoken, with the code beside it."""

from enum import StrEnum
from typing import Final, TypeVar

import click

from tabuah.operations.codes import Channel, Hazard, Severity, Status, parse_code
from tabuah.operations.errors import UnknownCode
from tabuah.operations.labels import label_of
from tabuah.operations.units.codes import UnitKind, UnitState
from tabuah.resources.catalogue import _

CodeT = TypeVar("CodeT", bound=StrEnum)

_NAMED: Final = (Channel, Hazard, Severity, Status, UnitKind, UnitState)


def read_code(codes: type[CodeT], text: str) -> CodeT:
    """Read a code in English or Indonesian.

    Raises:
        click.UsageError: it is not on the list; the message shows the list.
    """
    try:
        return parse_code(codes, text)
    except UnknownCode as error:
        message = _("{code} is not on the list: {accepted}")
        raise click.UsageError(message.format(code=text, accepted=listed(codes))) from error


def listed(codes: type[StrEnum]) -> str:
    """All codes of a list: "banjir (flood), tanah longsor (landslide), …"; the code alone where it is the name."""
    return ", ".join(map(_told, codes))


def _told(code: StrEnum) -> str:
    if not isinstance(code, _NAMED):
        return code.value
    name = label_of(code).lower()
    return code.value if name.replace(" ", "_").replace("-", "_") == code.value else f"{name} ({code.value})"
