"""Items of the command palette: actions, incidents, units, stations, bulletins and places."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from tabuah.console.window.bulletins.bulletin_layers import mark_exercise
from tabuah.console.window.bulletins.source_items import LISTED_FOR
from tabuah.console.window.incidents.board_cards import short_title
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _, format_moment
from tabuah.text.bulletins.bulletin_text import describe_magnitude, describe_validity
from tabuah.text.code_labels import code_label
from tabuah.text.incidents.places import place_text
from tabuah.text.readings.measurements import parameter_name
from tabuah.widgets.shell.palette_index import PaletteItem

COMMAND, INCIDENT, STATION, PLACE, UNIT = "command", "incident", "station", "place", "unit"


def palette_items(
    commands: Iterable[PaletteItem], snapshot: ConsoleSnapshot, gazetteer: Gazetteer | None, *, now: datetime
) -> tuple[PaletteItem, ...]:
    """Return all items: commands, then worst first."""
    return (
        *commands,
        *incident_items(snapshot.incidents.values()),
        *_units(snapshot),
        *_stations(snapshot),
        *bulletin_palette_items(snapshot, now),
        *_places(gazetteer),
    )


def incident_items(incidents: Iterable[Incident]) -> Iterable[PaletteItem]:
    """Return incidents as palette items."""
    for incident in incidents:
        yield PaletteItem(
            id=incident.id,
            kind=INCIDENT,
            title=f"{incident.number} {short_title(incident)}",
            detail=f"{code_label(incident.status)} · {place_text(incident.place)}",
            icon="incident",
            words=f"{code_label(incident.hazard)} {code_label(incident.severity)} {' '.join(incident.assignment)}",
        )


def _units(snapshot: ConsoleSnapshot) -> Iterable[PaletteItem]:
    for unit in snapshot.units.values():
        if not unit.retired:
            yield PaletteItem(
                id=unit.id,
                kind=UNIT,
                title=f"{unit.id} {unit.name}",
                detail=_("Unit of {opd}").format(opd=unit.opd),
                icon="user",
                words=code_label(unit.kind),
            )


def _stations(snapshot: ConsoleSnapshot) -> Iterable[PaletteItem]:
    for station in snapshot.stations.values():
        main = station.main_parameter
        yield PaletteItem(
            id=station.code,
            kind=STATION,
            title=station.name,
            detail=" · ".join(part for part in (parameter_name(main.code) if main else "", station.nagari) if part),
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


EARTHQUAKE_ITEM: Final = "earthquake"
WARNING_ITEM: Final = "warning"


def bulletin_palette_items(snapshot: ConsoleSnapshot, now: datetime) -> Iterator[PaletteItem]:
    """Yield earthquakes and warnings that the sources panel also lists, newest first."""
    quakes = [quake for quake in snapshot.earthquakes.values() if now - quake.latest.at <= LISTED_FOR]
    yield from map(_earthquake, sorted(quakes, key=lambda quake: quake.latest.at, reverse=True))
    warnings = [warning for warning in snapshot.warnings.values() if now - warning.issued.sent <= LISTED_FOR]
    for warning in sorted(warnings, key=lambda warning: warning.issued.sent, reverse=True):
        yield _warning(warning, now)


def _earthquake(quake: KnownEarthquake) -> PaletteItem:
    latest, felt = quake.latest, " ".join(felt.place for felt in quake.felt)
    message = (code_label(Hazard.EARTHQUAKE), describe_magnitude(latest), latest.region)
    return PaletteItem(
        id=quake.id,
        kind=EARTHQUAKE_ITEM,
        title=mark_exercise(quake.exercise, " · ".join(part for part in message if part)),
        detail=f"{format_moment(latest.at)} · {latest.source}",
        icon="alert",
        words=f"M{latest.magnitude} {latest.magnitude} {felt}",  # also with a decimal point, as scripts do
    )


def _warning(warning: KnownWarning, now: datetime) -> PaletteItem:
    issued = warning.issued
    return PaletteItem(
        id=warning.id,
        kind=WARNING_ITEM,
        title=mark_exercise(warning.exercise, issued.headline or issued.event or warning.id),
        detail=f"{_('Weather warning')} · {describe_validity(warning, now)}",
        icon="rain",
        words=f"{issued.event} {' '.join(issued.kecamatan)} {issued.source}",
    )
