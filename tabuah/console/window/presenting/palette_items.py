"""What the command palette can find: actions, incidents, units, stations, bulletins and places."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.console.window.presenting.cards import short_title
from tabuah.console.window.presenting.palette_bulletins import bulletin_items
from tabuah.console.window.presenting.places import place_line
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.labels import label_of
from tabuah.operations.stations.units import name_of
from tabuah.resources.catalogue import _
from tabuah.widgets.palette.palette_item import PaletteItem

COMMAND, INCIDENT, STATION, PLACE, UNIT = "command", "incident", "station", "place", "unit"


def palette_items(
    commands: Iterable[PaletteItem], snapshot: RoomSnapshot, gazetteer: Gazetteer | None, *, now: datetime
) -> tuple[PaletteItem, ...]:
    """Everything, commands first, then what is worst."""
    return (
        *commands,
        *incident_items(snapshot.incidents.values()),
        *_units(snapshot),
        *_stations(snapshot),
        *bulletin_items(snapshot, now),
        *_places(gazetteer),
    )


def incident_items(incidents: Iterable[Incident]) -> Iterable[PaletteItem]:
    """Incidents as the palette lists them."""
    for incident in incidents:
        yield PaletteItem(
            id=incident.id,
            kind=INCIDENT,
            title=f"{incident.number} {short_title(incident)}",
            detail=f"{label_of(incident.status)} · {place_line(incident.place)}",
            icon="incident",
            words=f"{label_of(incident.hazard)} {label_of(incident.severity)} {' '.join(incident.assignment)}",
        )


def _units(snapshot: RoomSnapshot) -> Iterable[PaletteItem]:
    for unit in snapshot.units.values():
        if not unit.retired:
            yield PaletteItem(
                id=unit.id,
                kind=UNIT,
                title=f"{unit.id} {unit.name}",
                detail=_("Unit of {opd}").format(opd=unit.opd),
                icon="user",
                words=label_of(unit.kind),
            )


def _stations(snapshot: RoomSnapshot) -> Iterable[PaletteItem]:
    for station in snapshot.stations.values():
        main = station.main_parameter
        yield PaletteItem(
            id=station.code,
            kind=STATION,
            title=station.name,
            detail=" · ".join(part for part in (name_of(main.code) if main else "", station.nagari) if part),
            icon="station",
            words=station.code,
            has_page=True,
        )


def _places(gazetteer: Gazetteer | None) -> Iterable[PaletteItem]:
    if gazetteer is None:
        return
    for nagari in gazetteer.all_nagari:
        yield PaletteItem(
            id=f"{nagari.lon_deg},{nagari.lat_deg}",
            kind=PLACE,
            title=f"Nagari {nagari.name}",
            detail=_("Kecamatan {name}").format(name=nagari.kecamatan_name),
            icon="pin",
            words=nagari.code,
        )
    for kecamatan in gazetteer.all_kecamatan:
        yield PaletteItem(
            id=f"{kecamatan.lon_deg},{kecamatan.lat_deg}",
            kind=PLACE,
            title=_("Kecamatan {name}").format(name=kecamatan.name),
            icon="pin",
            words=kecamatan.code,
        )
