"""Rows of the legend: live marks and base layers with their texts, counts and visibility."""

from typing import Final

import msgspec
import numpy as np

from tabuah.gis.layers.map_style import GraduatedSymbols
from tabuah.resources.localisation import _
from tabuah.text.map.layers import mark_estimate
from tabuah.widgets.map.content import (
    AREA,
    CLOSED_INCIDENTS,
    INCIDENTS,
    LABELS,
    RANGES,
    UNITS,
    MapContent,
    MarkerClass,
    station_layer,
)
from tabuah.widgets.map.layers.layer_rows import LayerRow, layer_rows

STATION_WORK: Final = "stations/worked_on"  # not a layer: a sign that some stations carry


class LegendItem(msgspec.Struct, frozen=True, kw_only=True):
    """A legend row: the layer it switches, its text, and the number of marks (None: not counted).

    A row that only explains a sign has `switches` False.
    """

    layer: str
    text: str
    count: int | None = None
    shown: bool = True
    switches: bool = True
    classes: GraduatedSymbols | None = None  # explained under the name


def live_items(content: MapContent) -> tuple[LegendItem, ...]:
    """Return the rows of live marks, worst first. Rows without marks are left out, except unknown state."""
    classes = np.bincount(content.stations.classes, minlength=len(MarkerClass))
    closed = int(content.incidents.closed.sum())
    names = {
        MarkerClass.CRITICAL: _("Station, critical"),
        MarkerClass.HIGH: _("Station, high"),
        MarkerClass.ATTENTION: _("Station, attention"),
        MarkerClass.NO_DATA: _("Station without data"),
        MarkerClass.NORMAL: _("Station, normal"),
    }
    counted = [
        (INCIDENTS, _("Incidents"), len(content.incidents.ids) - closed),
        *((station_layer(each), name, int(classes[each])) for each, name in names.items()),
        (UNITS, _("Units"), len(content.units.ids)),
        (AREA, _("Affected area"), len(content.areas)),
        (RANGES, _("Range rings"), sum(len(each.radii_m) for each in content.ranges)),
        (CLOSED_INCIDENTS, _("Closed incidents"), closed),
    ]
    kept = {station_layer(MarkerClass.NO_DATA), station_layer(MarkerClass.NORMAL), INCIDENTS}
    rows = [
        LegendItem(layer=layer, text=text, count=count, shown=content.shows(layer))
        for layer, text, count in counted
        if count or layer in kept
    ]
    if worked_on := len(content.stations.worked_on):
        after = next(n for n, row in enumerate(rows) if row.layer == station_layer(MarkerClass.NORMAL)) + 1
        rows.insert(
            after,
            LegendItem(layer=STATION_WORK, text=_("Station under maintenance"), count=worked_on, switches=False),
        )
    return tuple(rows)


def base_items(content: MapContent) -> tuple[LegendItem, ...]:
    """Return the rows of base layers that can be switched and of imported layers."""
    known = {
        "kecamatan": _("Kecamatan borders"),
        "nagari": _("Nagari"),
        "rivers": _("Rivers"),
        "lakes": _("Lakes"),
        "volcanoes": _("Volcanoes"),
        "places": _("Towns"),
    }
    layers = {layer.name: layer for layer in content.base_layers()}
    listed = layer_rows(content)
    titles = {row.name: row.title for row in listed}
    imported = {
        each.name: titles.get(each.name, each.name)
        for each in (
            *(*content.imported, *content.agency_layers, *content.office_layers),
            *(*content.disruption_layers, *content.unit_layers),
        )
        if each.name not in known
    }
    rows = []
    for name, text in (known | imported).items():
        if name in layers:
            label = mark_estimate(text, estimated=layers[name].approximate)
            rows.append(LegendItem(layer=name, text=label, shown=content.shows(name)))
    rows += _picture_items(content, listed)
    return (*rows, LegendItem(layer=LABELS, text=_("Names"), shown=content.shows(LABELS)))


def _picture_items(content: MapContent, listed: tuple[LayerRow, ...]) -> list[LegendItem]:
    """Return the rows of tiles, and of computed surfaces that are available, with their classes."""
    made = {surface.name for surface in content.surfaces}
    pictures = [row for row in listed if row.kind == "raster" or row.name in made]
    return [
        LegendItem(
            layer=row.name,
            text=row.title,
            shown=row.shown,
            classes=row.look.by_value if row.look and row.shown else None,
        )
        for row in pictures
    ]
