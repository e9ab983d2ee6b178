"""The station of the open form on the map, with the schematic river to the gauges above and below."""

from collections.abc import Mapping

from tabuah.console.window.stations.station_form_values import DOWNSTREAM, KIND, NAME, UPSTREAM, Texts
from tabuah.operations.stations.station import Station, StationKind
from tabuah.resources.localisation import _
from tabuah.widgets.map.overlay.planned_stations import PlannedStation, RiverLink
from tabuah.widgets.values import Level

Plan = tuple[tuple[PlannedStation, ...], tuple[RiverLink, ...]]


def planned_stations(
    texts: Texts, place: tuple[float, float] | None, stations: Mapping[str, Station], *, edited: Station | None
) -> Plan:
    """Return the station at its position and its neighbours on the river; nothing without a position."""
    if place is None:
        return (), ()
    here = PlannedStation(
        code="", lon_deg=place[0], lat_deg=place[1], label=texts.get(NAME, "") or _("New station"), strong=True
    )
    if texts.get(KIND) != StationKind.RIVER:
        return (here,), ()
    above, below = _above(texts, stations, edited), stations.get(texts.get(DOWNSTREAM, ""))
    neighbours = [*above, *((below,) if below is not None else ())]
    label = _("schematic")
    links = [RiverLink(from_deg=_place(upper), to_deg=place, label=label) for upper in above]
    if below is not None:
        links.append(RiverLink(from_deg=place, to_deg=_place(below), label=label))
    others = (
        PlannedStation(
            code=each.code, lon_deg=each.lon_deg, lat_deg=each.lat_deg, label=each.name, level=Level.NO_DATA
        )
        for each in neighbours
    )
    return (*others, here), tuple(links)


def _above(texts: Texts, stations: Mapping[str, Station], edited: Station | None) -> list[Station]:
    """Return the gauges directly above: those that name the edited one, and the chosen one."""
    chosen = texts.get(UPSTREAM, "")
    named = edited.code if edited is not None else ""
    return [
        each
        for each in stations.values()
        if each.river is not None and (each.code == chosen or (named and each.river.downstream == named))
    ]


def _place(station: Station) -> tuple[float, float]:
    return station.lon_deg, station.lat_deg
