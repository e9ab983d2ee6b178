"""Records of the aid ledger for JSON and files: lines with all versions, and balances; the search for a line."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tabuah.operations.aid.aid_line import AidKind, AidLine, AidVersion
from tabuah.operations.aid.balance import AidBalance, item_key
from tabuah.operations.aid.quantity import plain_quantity
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.shelters.shelter import Shelter
from tabuah.resources.localisation import _
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.aid.aid_text import describe_aid_place
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json


class VersionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a line in JSON and in files. Quantities are exact decimal texts, such as "12.5"."""

    id: str
    entry: str
    state: str  # "valid", "corrected" or "cancelled"
    kind: AidKind
    item: str
    quantity: str
    unit: str
    place: str
    incident: str
    partner: str
    note: str
    at: datetime
    by: str
    written_at: datetime
    reason: str
    corrects: str
    pending: bool
    exercise: str | None
    exercise_id: str | None


class BalanceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A balance in JSON and in files; `counted` is null where nobody has counted."""

    item: str
    unit: str
    place: str
    needed: str
    received: str
    distributed: str
    counted: str | None
    counted_at: datetime | None
    stock: str
    shortage: str
    count_differs_by: str


class AidFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines are listed; empty values do not limit."""

    kind: AidKind | None = None
    item: str = ""
    shelter: str = ""
    incident: str = ""

    def has(self, line: AidLine, shelters: Mapping[str, Shelter]) -> bool:
        """Return whether a line is listed. A line at a shelter belongs to the incident of the shelter, too."""
        values = line.shown
        place = values.place
        at_shelter = shelters.get(place.shelter)
        incidents = (place.incident, at_shelter.incident if at_shelter else "")
        return (
            (self.kind is None or values.kind is self.kind)
            and (not self.item or item_key(values.item, "") == item_key(self.item, ""))
            and (not self.shelter or place.shelter == self.shelter)
            and (not self.incident or self.incident in incidents)
        )


class AidRecords:
    """Makes the records of lines and balances, with the names of places as this console knows them."""

    def __init__(self, store: ConsoleStore, known: Mapping[str, Exercise]) -> None:
        self._store, self._known = store, known
        self.shelters = {each.id: each for each in store.shelters()}
        self._numbers: dict[str, str] = {}

    def versions(self, line: AidLine) -> list[VersionRecord]:
        """Return all versions of a line, the one in force first."""
        return [self._version(line, version) for version in reversed(line.versions)]

    def balance(self, balance: AidBalance) -> BalanceRecord:
        counted = balance.counted_milli
        return BalanceRecord(
            item=balance.item,
            unit=balance.unit,
            place=describe_aid_place(balance.place, self.shelters, self._numbers_of(balance.place.incident)),
            needed=plain_quantity(balance.needed_milli),
            received=plain_quantity(balance.received_milli),
            distributed=plain_quantity(balance.distributed_milli),
            counted=None if counted is None else plain_quantity(counted),
            counted_at=balance.counted_at,
            stock=plain_quantity(balance.stock_milli),
            shortage=plain_quantity(balance.shortage_milli),
            count_differs_by=plain_quantity(balance.missing_milli),
        )

    def _version(self, line: AidLine, version: AidVersion) -> VersionRecord:
        values = version.values or line.shown
        is_valid = version is line.current and version.values is not None
        place = values.place
        numbers = self._numbers_of(place.incident)
        return VersionRecord(
            id=line.id,
            entry=version.entry,
            state="valid" if is_valid else "cancelled" if version.values is None else "corrected",
            kind=values.kind,
            item=values.item,
            quantity=plain_quantity(values.quantity_milli),
            unit=values.unit,
            place=describe_aid_place(place, self.shelters, numbers),
            incident=numbers.get(place.incident, ""),
            partner=values.partner,
            note=values.note,
            at=version.at,
            by=version.by,
            written_at=version.written_at,
            reason=version.reason,
            corrects=version.corrects,
            pending=self._store.is_pending(subject_of("aid", line.id)),
            exercise=exercise_json(line, self._known),
            exercise_id=exercise_id_json(line),
        )

    def _numbers_of(self, incident_id: str) -> Mapping[str, str]:
        if incident_id and incident_id not in self._numbers:
            try:
                self._numbers[incident_id] = self._store.incident(incident_id).number
            except UnknownKey:
                self._numbers[incident_id] = incident_id
        return self._numbers


def find_line(lines: Iterable[AidLine], key: str) -> AidLine:
    """Return a line by its id or the beginning of it.

    Raises:
        UnknownKey: none matches, or several do.
    """
    wanted = key.strip().lower()
    found = [each for each in lines if wanted and each.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownKey(_("There is no line {key}. See: tabuah aid list").format(key=key[:40]))
    raise UnknownKey(_("Several lines begin with {key}. Give more of the id.").format(key=key[:40]))
