"""Personal values in sealed boxes, one per entry: carried by third parties, read by named devices."""

import base64
import logging
from collections.abc import Iterable, Sequence

import msgspec

from tabuah.operations.entries import PersonalValue
from tabuah.storage.journal.errors import JournalError, NotForThisDevice, SealBroken
from tabuah.storage.journal.sealed_box import Recipient, seal, unseal
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import SealedValues

log = logging.getLogger(__name__)

_VALUES = msgspec.json.Decoder(tuple[PersonalValue, ...])


def seal_values(values: Iterable[PersonalValue], recipients: Sequence[Recipient]) -> tuple[SealedValues, ...]:
    """Return one box for each entry that has personal values."""
    by_entry: dict[str, list[PersonalValue]] = {}
    for value in values:
        by_entry.setdefault(value.entry, []).append(value)
    return tuple(_sealed(entry, of_entry, recipients) for entry, of_entry in by_entry.items())


def open_values(sealed: Iterable[SealedValues], key: DeviceKey) -> tuple[PersonalValue, ...]:
    """Return the values in the boxes that this device can open.

    A damaged box is logged and does not affect the others.
    """
    found: list[PersonalValue] = []
    for one in sealed:
        try:
            values = _values_in(one, key)
        except NotForThisDevice:
            continue
        except JournalError as error:
            log.warning("the sealed values of entry %s cannot be read: %s", one.entry, error)
            continue
        found += [value for value in values if value.entry == one.entry]
    return tuple(found)


def _sealed(entry: str, values: Sequence[PersonalValue], recipients: Sequence[Recipient]) -> SealedValues:
    box = seal(msgspec.json.encode(values), recipients, _context(entry))
    return SealedValues(entry, base64.b64encode(box).decode())


def _values_in(sealed: SealedValues, key: DeviceKey) -> tuple[PersonalValue, ...]:
    try:
        box = base64.b64decode(sealed.box, validate=True)
        return _VALUES.decode(unseal(box, key, _context(sealed.entry)))
    except (ValueError, msgspec.DecodeError, RecursionError) as error:  # a text that is not ASCII is no base64
        raise SealBroken(f"this is no box with personal values: {error}") from error


def _context(entry: str) -> bytes:
    return b"personal/" + entry.encode()
