"""Layer rows: the layers of a map from top to bottom with title, order, opacity, state and style."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tabuah.gis.base_map import MapLayer
from tabuah.gis.layers.map_style import GraduatedSymbols, LayerSpec, LayerSymbols
from tabuah.text.map.layers import describe_surface_points, mark_estimate, missing_layer_text, style_title
from tabuah.widgets.map.base_map.layer_styles import look_of, resolve_look
from tabuah.widgets.map.base_map.tile_painter import UNDER_LINES
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.layers.layer_notes import FINE, LayerNote, LayerState
from tabuah.widgets.theme.design_tokens import Palette

_IMPORTED_ORDER: Final = 60.0


class LayerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A layer that can be switched. `look` is None for images; `is_changed` if the user restyled it."""

    name: str
    title: str
    order: float
    opacity: float
    shown: bool
    kind: str  # polygons, lines, points, raster or surface
    look: LayerSymbols | None = None
    note: LayerNote = FINE
    is_changed: bool = False
    removable: bool = False  # an imported layer

    @property
    def classes(self) -> GraduatedSymbols | None:
        """The value classes of its colours, if it has classes."""
        return self.look.by_value if self.look is not None else None


def layer_rows(content: MapContent, notes: Mapping[str, LayerNote] | None = None) -> tuple[LayerRow, ...]:
    """Return all layers that can be switched, from top to bottom."""
    notes = notes or {}
    rows = [*_drawn_rows(content), *_surface_rows(content), *_missing_rows(content)]
    for tiles in content.tiles:
        spec = content.style.named(tiles.name)
        title = style_title(spec) if spec and spec.title else tiles.title or tiles.name
        order = spec.order if spec else UNDER_LINES
        rows.append(_row(content, tiles.name, title, order, kind="raster", note=notes.get(tiles.name, FINE)))
    return tuple(sorted(rows, key=lambda row: -row.order))


def surface_specs(content: MapContent) -> tuple[LayerSpec, ...]:
    """Return the layer styles of computed surfaces."""
    return tuple(spec for spec in content.style.layer if spec.kind == "surface")


def _drawn_rows(content: MapContent) -> list[LayerRow]:
    computed = {spec.name for spec in surface_specs(content)}
    rows: dict[str, LayerRow] = {}
    for layer in content.base_layers():
        spec = content.style.named(layer.name)
        if layer.name in computed or (spec is not None and not spec.listed):
            continue
        look = look_of(layer, content.style)
        title, kind = _title(layer, spec), _SPEC_KIND_OF[layer.kind.value]
        order = _order_of(look, content.palette)
        rows[layer.name] = _row(content, layer.name, title, order, kind=kind, look=look)
    return list(rows.values())


def _missing_rows(content: MapContent) -> list[LayerRow]:
    """Return rows of imported layers that cannot be drawn and replace no base layer."""
    drawn = {layer.name for layer in content.base_layers()}
    note = LayerNote(state=LayerState.MISSING, text=missing_layer_text())
    return [
        _row(content, name, name, _IMPORTED_ORDER, kind="polygons", note=note)
        for name in content.missing
        if name not in drawn
    ]


_SPEC_KIND_OF: Final = {"polygon": "polygons", "line": "lines", "point": "points"}


def _surface_rows(content: MapContent) -> list[LayerRow]:
    made = {surface.name: surface for surface in content.surfaces}
    rows = []
    for spec in surface_specs(content):
        surface, title = made.get(spec.name), style_title(spec)
        note = FINE
        if surface is not None and spec.source.startswith("values:"):
            note = _points_note(surface.points)
        rows.append(_row(content, spec.name, title, spec.order, kind="surface", look=spec, note=note))
    return rows


def _points_note(count: int) -> LayerNote:
    if count == 0:
        return LayerNote(state=LayerState.PROBLEM, text=describe_surface_points(0))
    return LayerNote(text=describe_surface_points(count))


def _row(
    content: MapContent,
    name: str,
    title: str,
    order: float,
    *,
    kind: str,
    look: LayerSymbols | None = None,
    note: LayerNote = FINE,
) -> LayerRow:
    choices = content.choices
    return LayerRow(
        name=name,
        title=title,
        order=choices.orders.get(name, order),
        opacity=choices.opacities.get(name, 1.0),
        shown=content.shows(name),
        kind=kind,
        look=look,
        note=note,
        removable=name in content.removable or name in content.missing,
        is_changed=name in choices.orders or choices.opacities.get(name, 1.0) != 1.0,
    )


def _title(layer: MapLayer, spec: LayerSpec | None) -> str:
    title = style_title(spec) if spec is not None and spec.title else layer.name
    return mark_estimate(title, estimated=layer.approximate)


def _order_of(look: LayerSymbols, palette: Palette) -> float:
    """Return the order of the uppermost part of a style."""
    style = resolve_look(look, palette)
    orders = [style.fill_order] * bool(style.fill) + [style.line_order] * bool(style.line)
    orders += [style.symbol_order] * bool(style.symbol)
    return max(orders, default=look.order if isinstance(look, LayerSpec) else _IMPORTED_ORDER)
