"""The feature tables: what QGIS and ogrinfo see of incidents, stations and alarms, projected from what is shown."""

import sqlite3
from datetime import UTC, datetime
from typing import Any, Final

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.stations.station import Station
from tabuah.operations.subjects import SubjectValue
from tabuah.storage.cache.geometry import encode_point

_KEYS: Final = {"incidents": "id", "stations": "code", "alarms": "id"}


def project(connection: sqlite3.Connection, value: SubjectValue | None, *, pending: bool) -> None:
    """Write the row of a value into its layer; values without a layer are passed over."""
    match value:
        case Incident():
            _put(
                connection, "incidents", {} if value.deleted else _incident_row(value), key=value.id, pending=pending
            )
        case Station():
            _put(connection, "stations", _station_row(value), key=value.code, pending=pending)
        case Alarm():
            _put(connection, "alarms", _alarm_row(value), key=value.id, pending=pending)


def withdraw(connection: sqlite3.Connection, kind: str, key: str) -> None:
    """Take a subject out of its layer: what was shown of it was never confirmed."""
    table = {"incident": "incidents", "station": "stations", "alarm": "alarms"}.get(kind)
    if table:
        connection.execute(f"DELETE FROM {table} WHERE {_KEYS[table]} = ?", (key,))  # noqa: S608 - our own names


def _put(connection: sqlite3.Connection, table: str, row: dict[str, Any], *, key: str, pending: bool) -> None:
    if not row:
        connection.execute(f"DELETE FROM {table} WHERE {_KEYS[table]} = ?", (key,))  # noqa: S608 - our own names
        return
    row = {**row, "pending": int(pending)}
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    changes = ", ".join(f"{column} = excluded.{column}" for column in row)
    connection.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({marks}) "  # noqa: S608 - our own names
        f"ON CONFLICT ({_KEYS[table]}) DO UPDATE SET {changes}",
        tuple(row.values()),
    )


def _incident_row(incident: Incident) -> dict[str, Any]:
    place = incident.place
    return {
        "geom": encode_point(place.lon_deg, place.lat_deg) if place else None,
        "id": incident.id,
        "number": incident.number,
        "hazard": incident.hazard.value,
        "severity": incident.severity.value,
        "status": incident.status.value,
        "title": incident.title,
        "nagari": place.nagari if place else "",
        "kecamatan": place.kecamatan if place else "",
        "place_certainty": place.certainty.value if place else "unknown",
        "occurred_at": _moment(incident.occurred_at),
        "reported_at": _moment(incident.reported_at),
        "updated_at": _moment(incident.updated_at),
        "exercise": int(incident.exercise),
    }


def _station_row(station: Station) -> dict[str, Any]:
    return {
        "geom": encode_point(station.lon_deg, station.lat_deg),
        "code": station.code,
        "name": station.name,
        "kind": station.kind.value,
        "parameters": " ".join(parameter.code for parameter in station.parameters),
        "nagari": station.nagari,
        "owner": station.owner,
        "exercise": int(station.exercise),
    }


def _alarm_row(alarm: Alarm) -> dict[str, Any]:
    known = alarm.lon_deg is not None and alarm.lat_deg is not None
    return {
        "geom": encode_point(alarm.lon_deg or 0.0, alarm.lat_deg or 0.0) if known else None,
        "id": alarm.id,
        "rule": alarm.rule,
        "station": alarm.station,
        "parameter": alarm.parameter,
        "severity": alarm.severity.value,
        "state": alarm.state.value,
        "title": alarm.title,
        "value": alarm.value,
        "unit": alarm.unit,
        "onset_at": _moment(alarm.onset_at),
        "cleared_at": _moment(alarm.cleared_at) if alarm.cleared_at else None,
        "exercise": int(alarm.exercise),
    }


def _moment(moment: datetime) -> str:
    """A DATETIME of GeoPackage: UTC with milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
