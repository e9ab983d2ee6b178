"""The feature tables for QGIS and ogrinfo, of incidents, stations and all else, projected from what is shown."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import SubjectValue
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache import bulletin_rows
from tabuah.storage.cache.geometry import encode_point


class Layer(NamedTuple):
    """A feature table: its name, the column that names the subject, all columns, and how a value becomes a row.

    The columns are in the order of the rows; `pending`, which comes last, is not part of the value.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    row: Callable[[Any], tuple[object, ...]]

    @property
    def upsert(self) -> str:
        """The statement that writes a row."""
        marks = ", ".join("?" * len(self.columns))
        changes = ", ".join(f"{column} = excluded.{column}" for column in self.columns)
        return (
            f"INSERT INTO {self.table} ({', '.join(self.columns)}) VALUES ({marks}) "  # noqa: S608 - our own names
            f"ON CONFLICT ({self.key}) DO UPDATE SET {changes}"
        )

    @property
    def delete(self) -> str:
        """The statement that takes a row out."""
        return f"DELETE FROM {self.table} WHERE {self.key} = ?"  # noqa: S608 - our own names


def project_all(connection: sqlite3.Connection, values: Iterable[tuple[SubjectValue, bool]]) -> None:
    """Write the rows of values into their layers, each with whether something of it waits; others are passed over."""
    rows: dict[type, list[tuple[object, ...]]] = {kind: [] for kind in LAYERS}
    gone: list[Incident | Unit] = []
    for value, pending in values:
        if (isinstance(value, Incident) and value.deleted) or (isinstance(value, Unit) and value.retired):
            gone.append(value)
        elif (layer := LAYERS.get(type(value))) is not None:
            rows[type(value)].append((*layer.row(value), int(pending)))
    for kind, upsert in _UPSERTS.items():
        if rows[kind]:
            connection.executemany(upsert, rows[kind])
    for former in gone:
        connection.execute(LAYERS[type(former)].delete, (former.id,))


def withdraw(connection: sqlite3.Connection, kind: str, key: str) -> None:
    """Take a subject out of its layer: what was shown of it was never confirmed."""
    layer = _LAYER_OF_KIND.get(kind)
    if layer is not None:
        connection.execute(layer.delete, (key,))


def _incident_row(incident: Incident) -> tuple[object, ...]:
    place = incident.place
    return (
        encode_point(place.lon_deg, place.lat_deg) if place else None,
        incident.id,
        incident.number,
        incident.hazard.value,
        incident.severity.value,
        incident.status.value,
        incident.title,
        place.nagari if place else "",
        place.kecamatan if place else "",
        place.certainty.value if place else "unknown",
        moment_text(incident.occurred_at),
        moment_text(incident.reported_at),
        moment_text(incident.updated_at),
        int(incident.exercise),
    )


def _station_row(station: Station) -> tuple[object, ...]:
    return (
        encode_point(station.lon_deg, station.lat_deg),
        station.code,
        station.name,
        station.kind.value,
        " ".join(parameter.code for parameter in station.parameters),
        station.nagari,
        station.owner,
        int(station.exercise),
    )


def _alarm_row(alarm: Alarm) -> tuple[object, ...]:
    known = alarm.lon_deg is not None and alarm.lat_deg is not None
    return (
        encode_point(alarm.lon_deg or 0.0, alarm.lat_deg or 0.0) if known else None,
        alarm.id,
        alarm.rule,
        alarm.station,
        alarm.parameter,
        alarm.severity.value,
        alarm.state.value,
        alarm.title,
        alarm.value,
        alarm.unit,
        moment_text(alarm.onset_at),
        moment_text(alarm.cleared_at) if alarm.cleared_at else None,
        int(alarm.exercise),
    )


def _unit_row(unit: Unit) -> tuple[object, ...]:
    """The place is the newest that a person said, else the unit's post; its GPS stands in the readings."""
    said = unit.places[-1] if unit.places else None
    place = said or unit.home
    return (
        encode_point(place.lon_deg, place.lat_deg) if place else None,
        unit.id,
        unit.name,
        unit.kind.value,
        unit.opd,
        unit.state.value,
        moment_text(unit.state_at),
        unit.members,
        unit.contact,
        unit.tracker,
        "person" if said else "post" if place else "",
        moment_text(said.at) if said else None,
        int(unit.exercise),
    )


def moment_text(moment: datetime) -> str:
    """A DATETIME of GeoPackage: UTC with milliseconds."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


LAYERS: Final[dict[type, Layer]] = {
    Incident: Layer(
        "incidents",
        "id",
        (
            *("geom", "id", "number", "hazard", "severity", "status", "title", "nagari", "kecamatan"),
            *("place_certainty", "occurred_at", "reported_at", "updated_at", "exercise", "pending"),
        ),
        _incident_row,
    ),
    Station: Layer(
        "stations",
        "code",
        ("geom", "code", "name", "kind", "parameters", "nagari", "owner", "exercise", "pending"),
        _station_row,
    ),
    Alarm: Layer(
        "alarms",
        "id",
        (
            *("geom", "id", "rule", "station", "parameter", "severity", "state", "title", "value", "unit"),
            *("onset_at", "cleared_at", "exercise", "pending"),
        ),
        _alarm_row,
    ),
    Unit: Layer(
        "units",
        "id",
        (
            *("geom", "id", "name", "kind", "opd", "state", "state_at", "members", "contact", "tracker"),
            *("place_source", "placed_at", "exercise", "pending"),
        ),
        _unit_row,
    ),
    KnownEarthquake: Layer(
        "earthquakes",
        "id",
        bulletin_rows.EARTHQUAKE_COLUMNS,
        lambda quake: bulletin_rows.earthquake_row(quake, moment_text),
    ),
    KnownWarning: Layer(
        "warnings",
        "id",
        bulletin_rows.WARNING_COLUMNS,
        lambda warning: bulletin_rows.warning_row(warning, moment_text),
    ),
    Volcano: Layer(
        "volcanoes",
        "id",
        bulletin_rows.VOLCANO_COLUMNS,
        lambda volcano: bulletin_rows.volcano_row(volcano, moment_text),
    ),
}
_UPSERTS: Final = {kind: layer.upsert for kind, layer in LAYERS.items()}
_LAYER_OF_KIND: Final = {
    "incident": LAYERS[Incident],
    "station": LAYERS[Station],
    "alarm": LAYERS[Alarm],
    "unit": LAYERS[Unit],
    "earthquake": LAYERS[KnownEarthquake],
    "warning": LAYERS[KnownWarning],
    "volcano": LAYERS[Volcano],
}
