"""SenML in JSON (RFC 8428): resolves base fields; sums and strings are ignored."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

# RFC 8428, 4.5.3: a smaller time is relative to now.
_RELATIVE_BELOW_S: Final = 2**28
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEWEST_VERSION: Final = 10


class SenmlRecord(msgspec.Struct, frozen=True):
    """One resolved measurement in its original unit."""

    name: str
    unit: str
    at: datetime
    value: float


class _Base(msgspec.Struct):
    """Base values for this element and those after it."""

    bn: str = ""
    bt: float = 0.0
    bu: str = ""
    bv: float = 0.0
    bver: float = _NEWEST_VERSION


class _Element(msgspec.Struct):
    """Fields that are numbers or names; other fields are ignored, as the standard says."""

    bn: str | UnsetType = UNSET
    bt: float | UnsetType = UNSET
    bu: str | UnsetType = UNSET
    bv: float | UnsetType = UNSET
    bver: float | UnsetType = UNSET
    n: str = ""
    u: str = ""
    t: float = 0.0
    v: float | None = None
    vb: bool | None = None

    def changes(self) -> dict[str, Any]:
        """Return the base fields that the element sets."""
        found = {name: getattr(self, name) for name in _Base.__struct_fields__}
        return {name: value for name, value in found.items() if value is not UNSET}


def read_senml(text: str, now: datetime) -> Iterator[SenmlRecord]:
    """Yield the measurements of a pack; relative times count from `now`.

    Raises:
        ValueError: it is no SenML, or of an unknown version.
    """
    base = _Base()
    for element in _elements_of(text):
        base = msgspec.structs.replace(base, **element.changes())
        if base.bver > _NEWEST_VERSION:
            raise ValueError(f"SenML of version {base.bver:g} is not known")
        value = float(element.vb) if element.v is None and element.vb is not None else element.v
        if value is not None:
            at = _moment(base.bt + element.t, now)
            yield SenmlRecord(base.bn + element.n, element.u or base.bu, at, base.bv + value)


def _elements_of(text: str) -> list[_Element]:
    try:
        return msgspec.json.decode(text.encode(), type=list[_Element])
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise ValueError(f"no SenML: {error}") from error


def _moment(seconds: float, now: datetime) -> datetime:
    try:
        return (now if abs(seconds) < _RELATIVE_BELOW_S else _EPOCH) + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(f"{seconds} is no time") from error
