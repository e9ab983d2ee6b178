"""`tabuah map impact`: the people, schools, health posts, bridges and roads inside an area."""

from typing import TYPE_CHECKING

import click
import msgspec

from tabuah.console.commands.alarms.alarms import find_alarm
from tabuah.console.commands.invocation import Invocation, print_table, print_text
from tabuah.console.commands.map.area_options import ChosenArea, area_options
from tabuah.console.commands.map.maps import map_group
from tabuah.console.commands.messages.messages import find_message
from tabuah.resources.localisation import N_, _
from tabuah.storage.cache.errors import UnknownKey

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tabuah.gis.queries.impact import AreaImpact, ImpactFigure
    from tabuah.operations.impact_areas import ImpactArea
    from tabuah.storage.cache.store import ConsoleStore


class ImpactFigureRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One kind in `map impact --json`; `amount` is null where it is not known, metres for roads."""

    kind: str
    amount: float | None
    low: float | None
    high: float | None
    unit: str
    estimate: bool
    source: str | None
    dated_on: str | None
    unknown_share: float
    without_number: int
    names: tuple[str, ...]


class ImpactRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `map impact --json`; `radius_m` of the circle where the area is one that Tabuah chose."""

    area_m2: float
    margin_m: float
    radius_m: float | None
    figures: tuple[ImpactFigureRecord, ...]


@map_group.command(
    "impact", help=N_("Count people, schools, health posts, bridges and roads in an area, with source and margin.")
)
@click.option("--incident", metavar="INCIDENT", help=N_("Use the affected area of an incident, or around its place."))
@click.option("--warning", metavar="ID", help=N_("Use the area of a weather warning."))
@click.option("--alarm", metavar="ID", help=N_("Use the area of an alarm's warning, or around its station."))
@click.option("--message", metavar="ID", help=N_("Use the area of the CAP alert that a message is."))
@area_options
@click.option(
    "--margin",
    "margin_m",
    type=click.FloatRange(0, 10_000),
    default=100.0,
    metavar="METRES",
    help=N_("How wrong the border may be; 100 m."),
)
@click.pass_obj
def impact(
    call: Invocation,
    *,
    incident: str | None,
    warning: str | None,
    alarm: str | None,
    message: str | None,
    chosen: ChosenArea,
    margin_m: float,
) -> None:
    from tabuah.storage.cache.map.impact_layers import ImpactReader
    from tabuah.storage.cache.map.maps import load_maps

    if chosen.count + sum(one is not None for one in (incident, warning, alarm, message)) != 1:
        options = "--incident, --warning, --alarm, --message, --area, --cap, --around, --in"
        raise click.UsageError(_("Give one area: {options}.").format(options=options))
    radius_m: float | None = None
    shape: BaseGeometry
    if chosen.is_one:
        shape = chosen.shape(load_maps(call.data))
    else:
        with call.open_store() as store:
            area = _area_of(store, incident=incident, warning=warning, alarm=alarm, message=message)
        shape, radius_m = area.shape(), area.radius_m
    found = ImpactReader(call.data).read(shape, margin_m=margin_m)
    call.show(make_impact_record(found, radius_m), lambda: _print_impact(found, radius_m))


def make_impact_record(impact: "AreaImpact", radius_m: float | None) -> ImpactRecord:
    return ImpactRecord(
        area_m2=round(impact.area_m2, 1),
        margin_m=impact.margin_m,
        radius_m=radius_m,
        figures=tuple(_make_figure_record(figure) for figure in impact.figures),
    )


def _make_figure_record(figure: "ImpactFigure") -> ImpactFigureRecord:
    from tabuah.gis.queries.impact import ImpactKind

    day = figure.source.dated_on if figure.source else None
    digits = 1 if figure.kind is ImpactKind.ROADS else None
    return ImpactFigureRecord(
        kind=figure.kind.value,
        amount=_rounded(figure.amount, digits),
        low=_rounded(figure.low, digits),
        high=_rounded(figure.high, digits),
        unit="m" if figure.kind is ImpactKind.ROADS else "",
        estimate=figure.is_estimate,
        source=figure.source.name if figure.source else None,
        dated_on=day.isoformat() if day else None,
        unknown_share=round(figure.unknown_share, 4),
        without_number=figure.without_number,
        names=figure.names,
    )


def _rounded(value: float | None, digits: int | None) -> float | None:
    return None if value is None else round(value, digits)


def _area_of(
    store: "ConsoleStore", *, incident: str | None, warning: str | None, alarm: str | None, message: str | None
) -> "ImpactArea":
    """Return the area of the given incident, warning, alarm or message.

    Raises:
        UnknownKey: there is none with this key.
        click.UsageError: it has no place.
    """
    from tabuah.operations.impact_areas import (
        alarm_impact_area,
        alert_impact_area,
        incident_impact_area,
        warning_impact_area,
    )

    warnings = {each.id: each for each in store.warnings()}
    if incident is not None:
        area = incident_impact_area(store.incident(incident))
    elif message is not None:
        area = alert_impact_area(find_message(store, message))
    elif warning is not None:
        if warning not in warnings:
            raise UnknownKey(_("There is no warning {id}. See: tabuah warning list --all").format(id=warning))
        area = warning_impact_area(warnings[warning])
    else:
        area = alarm_impact_area(find_alarm(store, alarm or ""), warnings)
    if area is None:
        raise click.UsageError(_("It has no area and no place. Give an area with --around PLACE --radius KM."))
    return area


def _print_impact(impact: "AreaImpact", radius_m: float | None) -> None:
    from tabuah.text.map import impact as texts
    from tabuah.text.map.measurements import describe_area, format_radius

    area = describe_area(impact.area_m2)
    if radius_m is not None:
        print_text(_("Within {radius} ({area})").format(radius=format_radius(radius_m), area=area))
    else:
        print_text(_("Inside the area ({area})").format(area=area))
    if not impact.is_known:
        print_text(_("Not known: there is no layer of residents, schools, health posts, bridges or roads here."))
        print_text(_("Import layers with tabuah map import FILE, or build a base map with tabuah map build."))
        return
    rows = [
        (
            texts.impact_label(figure.kind),
            texts.describe_impact_figure(figure),
            texts.describe_impact_source(figure),
        )
        for figure in impact.figures
    ]
    print_table([_("Kind"), _("Inside"), _("Source")], rows)
    print_text(texts.describe_impact_margin(impact))
    if any(figure.amount is None for figure in impact.figures):
        print_text(_("Not known: no layer has it. Import one with tabuah map import, or build a base map."))
