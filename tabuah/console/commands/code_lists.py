"""Code lists for commands: each code by its name in the chosen language, with the code in brackets."""

from enum import StrEnum
from typing import Final

import click

from tabuah.operations.aid.aid_line import AidKind
from tabuah.operations.codes import Channel, CodeT, Hazard, Severity, Status, parse_code
from tabuah.operations.disruptions.disruption import DisruptionExtent, DisruptionKind
from tabuah.operations.errors import UnknownCode
from tabuah.operations.messages.message import ClosingReason, MessageChannel
from tabuah.operations.shelters.shelter import ShelterKind
from tabuah.operations.units.unit import UnitKind, UnitState
from tabuah.resources.localisation import _
from tabuah.text.code_labels import code_label

_LABELLED_CODES: Final = (
    *(AidKind, Channel, ClosingReason, Hazard, MessageChannel, Severity, ShelterKind, Status, UnitKind, UnitState),
    *(DisruptionExtent, DisruptionKind),
)


def read_code(codes: type[CodeT], text: str) -> CodeT:
    """Parse a code in English or Indonesian.

    Raises:
        click.UsageError: the code is unknown; the message shows the list.
    """
    try:
        return parse_code(codes, text)
    except UnknownCode as error:
        message = _("{code} is not on the list: {accepted}")
        raise click.UsageError(message.format(code=text, accepted=format_code_list(codes))) from error


def format_code_list(codes: type[StrEnum]) -> str:
    """Format all codes: "banjir (flood), tanah longsor (landslide), …"; only the code where it equals the name."""
    return ", ".join(map(_format_code, codes))


def _format_code(code: StrEnum) -> str:
    if not isinstance(code, _LABELLED_CODES):
        return code.value
    name = code_label(code).lower()
    return code.value if name.replace(" ", "_").replace("-", "_") == code.value else f"{name} ({code.value})"
