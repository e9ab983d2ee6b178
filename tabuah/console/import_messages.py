"""What the process of an import tells the window, one JSON line a message."""

from typing import Final

import msgspec

from tabuah.console.import_results import BaseMapTaken, Imported
from tabuah.gis.import_progress import ImportProgress
from tabuah.gis.layer_choice import LayerInFile


class Working(msgspec.Struct, frozen=True, kw_only=True, tag="working"):
    """It is still at work."""

    progress: ImportProgress


class LayerCame(msgspec.Struct, frozen=True, kw_only=True, tag="layer"):
    """A layer came in, or official boundaries did."""

    imported: Imported


class BaseMapCame(msgspec.Struct, frozen=True, kw_only=True, tag="base_map"):
    """A finished base map is in use."""

    taken: BaseMapTaken


class LayerWanted(msgspec.Struct, frozen=True, kw_only=True, tag="choose"):
    """The file holds several layers and one must be chosen; nothing was changed."""

    layers: tuple[LayerInFile, ...]


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """The file cannot be taken in, or not be saved; `problems` name feature and reason. Nothing was changed."""

    reason: str
    problems: tuple[str, ...] = ()


Message = Working | LayerCame | BaseMapCame | LayerWanted | Refused
Answer = LayerCame | BaseMapCame | LayerWanted | Refused

_DECODER: Final = msgspec.json.Decoder(Message)


def line_of(message: Message) -> bytes:
    """A message as it goes over the pipe."""
    return msgspec.json.encode(message) + b"\n"


def message_of(line: bytes) -> Message | None:
    """The message of a line; None for what a library printed in between."""
    try:
        message: Message = _DECODER.decode(line)
    except msgspec.DecodeError:
        return None
    return message
