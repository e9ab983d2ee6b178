"""The map layer of the kecamatan without a ready unit, built on a worker when they change."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject

from tabuah.console.window.state.task_runner import TaskRunner
from tabuah.gis.base_map import DETAIL, BaseMap, LayerKind, MapLayer
from tabuah.gis.map_layers import NamedShape, make_layer
from tabuah.gis.queries.coverage import AdministrativeAreas
from tabuah.operations.units.coverage import KindCoverage
from tabuah.operations.units.unit import UnitKind
from tabuah.text.units.coverage_text import describe_missing_kinds
from tabuah.widgets.map.canvas import MapCanvas

COVERAGE_GAPS: Final = "coverage_gaps"

Gaps = tuple[tuple[str, str, tuple[UnitKind, ...]], ...]  # code and name of a kecamatan, and the kinds it lacks


def coverage_gaps(coverage: Iterable[KindCoverage]) -> Gaps:
    """Return the kecamatan that lack a kind of which the office has units, by code."""
    kinds: dict[tuple[str, str], list[UnitKind]] = {}
    for each in coverage:
        for gap in each.gaps if each.is_kept else ():
            kinds.setdefault((gap.kecamatan.code, gap.kecamatan.name), []).append(each.kind)
    return tuple((code, name, tuple(missing)) for (code, name), missing in sorted(kinds.items()))


def coverage_layers(gaps: Gaps, areas: AdministrativeAreas) -> tuple[MapLayer, ...]:
    """Return the layer of these kecamatan; none without any."""
    shapes = [
        NamedShape(shape=shape, code=code, name=name, attributes={DETAIL: describe_missing_kinds(missing)})
        for code, name, missing in gaps
        if (shape := areas.shape_of(code)) is not None
    ]
    return (make_layer(COVERAGE_GAPS, LayerKind.POLYGON, shapes),) if shapes else ()


class CoverageLayer(QObject):
    """Shows the gaps of the coverage on the map; the layer is off until a person switches it on."""

    def __init__(self, work: TaskRunner[None], canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._work, self._canvas = work, canvas
        self._areas: AdministrativeAreas | None = None
        self._gaps: Gaps = ()
        self._is_closed = False

    def close(self) -> None:
        """Ignore results that the worker still computes: the map is deleted with its window."""
        self._is_closed = True

    def use_map(self, base_map: BaseMap) -> None:
        """Use the kecamatan of this map."""
        self._work.run(lambda _context: AdministrativeAreas(base_map), on_done=self._on_areas_made)

    def show_gaps(self, gaps: Gaps) -> None:
        """Show these gaps, once the map is known."""
        if gaps != self._gaps:
            self._gaps = gaps
            self._build()

    def _on_areas_made(self, areas: AdministrativeAreas) -> None:
        self._areas = areas
        self._build()

    def _build(self) -> None:
        gaps, areas = self._gaps, self._areas
        if areas is not None:
            self._work.run(
                lambda _context: coverage_layers(gaps, areas), on_done=lambda made: self._show(gaps, areas, made)
            )

    def _show(self, gaps: Gaps, areas: AdministrativeAreas, layers: tuple[MapLayer, ...]) -> None:
        if not self._is_closed and gaps == self._gaps and areas is self._areas:
            self._canvas.show_unit_layers(layers)
