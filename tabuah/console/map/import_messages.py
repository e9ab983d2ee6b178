"""Messages from the import process to the window, one JSON line each."""

from typing import Final

import msgspec

from tabuah.gis.import_progress import BaseMapImportResult, ImportProgress, LayerImportResult, LayerInFile


class ImportProgressMessage(msgspec.Struct, frozen=True, kw_only=True, tag="working"):
    """Progress of a running import."""

    progress: ImportProgress


class LayerImported(msgspec.Struct, frozen=True, kw_only=True, tag="layer"):
    """A layer, or official boundaries, were imported."""

    imported: LayerImportResult


class BaseMapImported(msgspec.Struct, frozen=True, kw_only=True, tag="base_map"):
    """A finished base map was installed."""

    taken: BaseMapImportResult


class LayerChoiceNeeded(msgspec.Struct, frozen=True, kw_only=True, tag="choose"):
    """The file has several layers and one must be chosen; nothing was changed."""

    layers: tuple[LayerInFile, ...]


class ImportRefused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """The file cannot be imported or saved; nothing was changed.

    `problems` name the feature and the reason.
    """

    reason: str
    problems: tuple[str, ...] = ()


ImportMessage = ImportProgressMessage | LayerImported | BaseMapImported | LayerChoiceNeeded | ImportRefused
ImportOutcome = LayerImported | BaseMapImported | LayerChoiceNeeded | ImportRefused

_DECODER: Final = msgspec.json.Decoder(ImportMessage)


def encode_message(message: ImportMessage) -> bytes:
    """Encode a message as a line for the pipe."""
    return msgspec.json.encode(message) + b"\n"


def decode_message(line: bytes) -> ImportMessage | None:
    """Decode a line; None for output that a library printed in between."""
    try:
        message: ImportMessage = _DECODER.decode(line)
    except msgspec.DecodeError:
        return None
    return message
