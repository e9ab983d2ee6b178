"""The feature tables for QGIS and ogrinfo: rows of incidents, stations, alarms, units and bulletins."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bounds import clamp
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, Volcano
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_state import SubjectValue
from tabuah.operations.units.unit import Unit
from tabuah.resources.fault_isolation import isolated
from tabuah.storage.cache.gpkg_geometry import encode_areas, encode_point
from tabuah.text.bulletins.bulletin_text import describe_felt

FormatDatetime = Callable[[datetime], str]

EARTHQUAKE_COLUMNS: Final = (
    *("geom", "id", "at", "magnitude", "depth_km", "region", "felt", "potential", "source", "revisions"),
    *("told_at", "exercise", "pending"),
)
WARNING_COLUMNS: Final = (
    *("geom", "id", "event", "headline", "severity", "urgency", "certainty", "sent", "effective", "expires"),
    *("withdrawn_at", "withdrawal", "kecamatan", "source", "exercise", "pending"),
)
VOLCANO_COLUMNS: Final = ("geom", "id", "name", "level", "stated_at", "source", "told_by", "exercise", "pending")


def earthquake_row(quake: KnownEarthquake, written: FormatDatetime) -> tuple[object, ...]:
    """Return the row of an earthquake by its newest revision, without the final column `pending`."""
    latest = quake.latest
    return (
        encode_point(latest.lon_deg, latest.lat_deg),
        quake.id,
        written(latest.at),
        latest.magnitude,
        latest.depth_km,
        latest.region,
        describe_felt(quake.felt),
        quake.potential,
        latest.source,
        quake.revisions,
        written(quake.told_at),
        int(quake.exercise),
    )


def warning_row(warning: KnownWarning, written: FormatDatetime) -> tuple[object, ...]:
    """Return the row of a warning with its area.

    It contains begin and end, because no row changes by itself as time passes.
    """
    issued = warning.issued
    return (
        encode_areas(issued.rings),
        warning.id,
        issued.event,
        issued.headline,
        issued.severity.value,
        issued.urgency.value,
        issued.certainty.value,
        written(issued.sent),
        written(warning.effective),
        written(issued.expires) if issued.expires else None,
        written(warning.withdrawn_at) if warning.withdrawn_at else None,
        warning.withdrawal.value if warning.withdrawal else "",
        ", ".join(issued.kecamatan),
        issued.source,
        int(warning.exercise),
    )


def volcano_row(volcano: Volcano, written: FormatDatetime) -> tuple[object, ...]:
    """Return the row of a volcano with its newest level."""
    known = volcano.lon_deg is not None and volcano.lat_deg is not None
    current = volcano.current
    return (
        encode_point(volcano.lon_deg or 0.0, volcano.lat_deg or 0.0) if known else None,
        volcano.id,
        volcano.name,
        current.level.value,
        written(current.stated_at),
        current.source,
        current.told_by,
        int(volcano.exercise),
    )


class FeatureTable(NamedTuple):
    """A feature table: name, key column, all columns, and the conversion of a value to a row.

    The columns have the order of the rows; the last one, `pending`, is not part of the value.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    row: Callable[[Any], tuple[object, ...]]

    def row_of(self, value: SubjectValue) -> tuple[object, ...]:
        """Return the row of a stored value, inside the bounds."""
        return self.row(clamp(value))

    @property
    def upsert(self) -> str:
        """Return the statement that writes a row."""
        marks = ", ".join("?" * len(self.columns))
        changes = ", ".join(f"{column} = excluded.{column}" for column in self.columns)
        return (
            f"INSERT INTO {self.table} ({', '.join(self.columns)}) VALUES ({marks}) "  # noqa: S608 - our own names
            f"ON CONFLICT ({self.key}) DO UPDATE SET {changes}"
        )

    @property
    def delete(self) -> str:
        """Return the statement that deletes a row."""
        return f"DELETE FROM {self.table} WHERE {self.key} = ?"  # noqa: S608 - our own names


def write_features(connection: sqlite3.Connection, values: Iterable[tuple[SubjectValue, bool]]) -> None:
    """Write values, each with its pending flag, to their feature tables; other kinds are skipped."""
    rows: dict[type, list[tuple[object, ...]]] = {kind: [] for kind in FEATURE_TABLES}
    gone: list[Incident | Unit] = []
    for value, pending in values:
        if (isinstance(value, Incident) and value.deleted) or (isinstance(value, Unit) and value.retired):
            gone.append(value)
        elif (layer := FEATURE_TABLES.get(type(value))) is not None:
            with isolated(layer.table, str(getattr(value, layer.key, ""))):  # it must not end a pull
                rows[type(value)].append((*layer.row_of(value), int(pending)))
    for kind, upsert in _UPSERTS.items():
        if rows[kind]:
            connection.executemany(upsert, rows[kind])
    for former in gone:
        connection.execute(FEATURE_TABLES[type(former)].delete, (former.id,))


def delete_feature(connection: sqlite3.Connection, kind: str, key: str) -> None:
    """Delete a subject's feature: the change that created it was never confirmed."""
    layer = _TABLE_OF_KIND.get(kind)
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
        gpkg_datetime(incident.occurred_at),
        gpkg_datetime(incident.reported_at),
        gpkg_datetime(incident.updated_at),
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
        gpkg_datetime(alarm.onset_at),
        gpkg_datetime(alarm.cleared_at) if alarm.cleared_at else None,
        int(alarm.exercise),
    )


def _unit_row(unit: Unit) -> tuple[object, ...]:
    """Return the row of a unit, at its last reported place or its post; GPS positions are readings."""
    said = unit.places[-1] if unit.places else None
    place = said or unit.home
    return (
        encode_point(place.lon_deg, place.lat_deg) if place else None,
        unit.id,
        unit.name,
        unit.kind.value,
        unit.opd,
        unit.state.value,
        gpkg_datetime(unit.state_at),
        unit.members,
        unit.contact,
        unit.tracker,
        "person" if said else "post" if place else "",
        gpkg_datetime(said.at) if said else None,
        int(unit.exercise),
    )


def gpkg_datetime(moment: datetime) -> str:
    """Return a GeoPackage DATETIME: UTC with milliseconds."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


FEATURE_TABLES: Final[dict[type, FeatureTable]] = {
    Incident: FeatureTable(
        "incidents",
        "id",
        (
            *("geom", "id", "number", "hazard", "severity", "status", "title", "nagari", "kecamatan"),
            *("place_certainty", "occurred_at", "reported_at", "updated_at", "exercise", "pending"),
        ),
        _incident_row,
    ),
    Station: FeatureTable(
        "stations",
        "code",
        ("geom", "code", "name", "kind", "parameters", "nagari", "owner", "exercise", "pending"),
        _station_row,
    ),
    Alarm: FeatureTable(
        "alarms",
        "id",
        (
            *("geom", "id", "rule", "station", "parameter", "severity", "state", "title", "value", "unit"),
            *("onset_at", "cleared_at", "exercise", "pending"),
        ),
        _alarm_row,
    ),
    Unit: FeatureTable(
        "units",
        "id",
        (
            *("geom", "id", "name", "kind", "opd", "state", "state_at", "members", "contact", "tracker"),
            *("place_source", "placed_at", "exercise", "pending"),
        ),
        _unit_row,
    ),
    KnownEarthquake: FeatureTable(
        "earthquakes",
        "id",
        EARTHQUAKE_COLUMNS,
        lambda quake: earthquake_row(quake, gpkg_datetime),
    ),
    KnownWarning: FeatureTable(
        "warnings",
        "id",
        WARNING_COLUMNS,
        lambda warning: warning_row(warning, gpkg_datetime),
    ),
    Volcano: FeatureTable(
        "volcanoes",
        "id",
        VOLCANO_COLUMNS,
        lambda volcano: volcano_row(volcano, gpkg_datetime),
    ),
}
_UPSERTS: Final = {kind: layer.upsert for kind, layer in FEATURE_TABLES.items()}
_TABLE_OF_KIND: Final = {
    "incident": FEATURE_TABLES[Incident],
    "station": FEATURE_TABLES[Station],
    "alarm": FEATURE_TABLES[Alarm],
    "unit": FEATURE_TABLES[Unit],
    "earthquake": FEATURE_TABLES[KnownEarthquake],
    "warning": FEATURE_TABLES[KnownWarning],
    "volcano": FEATURE_TABLES[Volcano],
}
