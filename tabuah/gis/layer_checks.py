"""Checks and repairs of imported shapes; every message names the feature by number."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tabuah.gis.errors import LayerImportError
from tabuah.gis.import_progress import REPORT_EVERY, OnDone, ignore_count
from tabuah.gis.reference_systems import WGS84
from tabuah.resources.localisation import _

INDONESIA_DEG: Final = (94.0, -12.0, 142.0, 7.0)  # west, south, east, north, including the seas
MAX_PROBLEMS_SHOWN: Final = 10
MAX_CROSSINGS: Final = 5_000  # self-crossings of a layer's borders; repair time grows faster than their square
_SAMPLE: Final = 200  # edges sampled to estimate the crossings of all; fewer where there are very many
_LEAST_SAMPLE: Final = 20
_COMPARED: Final = 10_000_000
_CURVED: Final = 7  # GEOS numbers curved types above the collection

Shapes = NDArray[np.object_]


@dataclass(slots=True)
class ImportFindings:
    """Results of the checks: `problems` stop the import, `notes` are reported after it.

    `repaired` holds the indices of repaired features.
    """

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    repaired: set[int] = field(default_factory=set)

    def refuse(self, number: int, reason: str) -> None:
        """Stop the import because of one feature (counted from 1)."""
        self.problems.append(_("Feature {number}: {reason}").format(number=number, reason=reason))

    def raise_if_any(self, name: str) -> None:
        """Reject the file when a feature was rejected.

        Raises:
            LayerImportError: names the first problems.
        """
        if not self.problems:
            return
        shown = self.problems[:MAX_PROBLEMS_SHOWN]
        if len(self.problems) > MAX_PROBLEMS_SHOWN:
            shown.append(_("… and {count} more.").format(count=len(self.problems) - MAX_PROBLEMS_SHOWN))
        message = _("{name} was not imported; nothing was changed. Repair these features and import it again:")
        raise LayerImportError(message.format(name=name), problems=tuple(shown))


def decode_shapes(binary: NDArray[np.object_], findings: ImportFindings) -> Shapes:
    """Decode shapes from WKB; open rings are closed with a note, missing or unreadable shapes are rejected."""
    shapes: Shapes = shapely.from_wkb(binary, on_invalid="ignore")
    for index in np.flatnonzero(shapely.is_missing(shapes)):
        number = int(index) + 1
        if binary[index] is None:
            findings.refuse(number, _("it has no geometry."))
            continue
        shapes[index] = shapely.from_wkb(binary[index], on_invalid="fix")
        if shapes[index] is None:
            findings.refuse(number, _("its geometry cannot be read."))
        else:
            findings.repaired.add(int(index))
            findings.notes.append(_("Feature {number}: an open ring was closed.").format(number=number))
    return shapes


def check_shapes(
    shapes: Shapes, system: str | None, findings: ImportFindings, *, on_checked: OnDone = ignore_count
) -> Shapes:
    """Return 2D, valid shapes in EPSG:4326 within Indonesia; reject those that cannot be repaired.

    Args:
        shapes: as read from the file, none missing.
        system: the reference system declared in the file, None when it declares none.
        findings: collects problems and notes.
        on_checked: called with the number of shapes tested for crossings, the slow step.
    """
    _refuse_unusable(shapes, findings)
    if findings.problems:
        return shapes
    flat = _without_heights(shapes, findings)
    degrees = _in_degrees(flat, system, findings)
    _refuse_elsewhere(degrees, findings)
    if findings.problems:
        return degrees
    return _repaired(degrees, findings, on_checked)


def _refuse_unusable(shapes: Shapes, findings: ImportFindings) -> None:
    finite = _all_finite(shapes)
    for index, shape in enumerate(shapes):
        if shape.is_empty:
            findings.refuse(index + 1, _("its geometry is empty."))
        elif not finite[index]:
            findings.refuse(index + 1, _("a coordinate is not a number."))
        elif shapely.get_type_id(shape) > _CURVED:
            findings.refuse(index + 1, _("it has curves; save the layer with straight segments."))


def _without_heights(shapes: Shapes, findings: ImportFindings) -> Shapes:
    count = int(shapely.has_z(shapes).sum())
    if count:
        findings.notes.append(_("Heights (Z) of {count} features were left out.").format(count=count))
    flat: Shapes = shapely.force_2d(shapes)
    return flat


def _in_degrees(shapes: Shapes, system: str | None, findings: ImportFindings) -> Shapes:
    if system is None:
        if not _within(shapely.total_bounds(shapes)):
            raise LayerImportError(
                _("The file declares no reference system (.prj). Add it, or save the layer as EPSG:4326.")
            )
        findings.notes.append(_("The file declares no reference system; its coordinates fit EPSG:4326."))
        return shapes
    try:
        source = pyproj.CRS.from_user_input(system).to_2d()
        if source.equals(WGS84, ignore_axis_order=True):
            return shapes
        transform = pyproj.Transformer.from_crs(source, WGS84, always_xy=True)
        moved: Shapes = shapely.transform(shapes, lambda xy: np.column_stack(transform.transform(xy[:, 0], xy[:, 1])))
    except pyproj.exceptions.ProjError as error:
        message = _("The reference system of the file cannot be used: {reason}")
        raise LayerImportError(message.format(reason=str(error).splitlines()[0])) from error
    findings.notes.append(_("Converted from {system} to EPSG:4326.").format(system=source.name))
    return moved


def _refuse_elsewhere(shapes: Shapes, findings: ImportFindings) -> None:
    finite = _all_finite(shapes)
    bounds = shapely.bounds(shapes)
    for index in range(len(shapes)):
        if not finite[index] or not _within(bounds[index]):
            findings.refuse(index + 1, _reason_elsewhere(bounds[index], finite=bool(finite[index])))


def _reason_elsewhere(bounds: NDArray[np.float64], *, finite: bool) -> str:
    west, south, east, north = bounds
    if not finite:
        return _("its coordinates are invalid in the declared reference system.")
    if _within(np.array((south, west, north, east))):
        return _("longitude and latitude are swapped.")
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        return _("its coordinates are metres, not degrees; the file must declare its reference system.")
    return _("it does not lie in Indonesia.")


def _repaired(shapes: Shapes, findings: ImportFindings, on_checked: OnDone) -> Shapes:
    repaired = shapes.copy()
    invalid = _invalid(shapes, on_checked)
    _refuse_tangles(shapes, invalid, findings)
    if findings.problems:
        return repaired
    for index in invalid:
        reason = shapely.is_valid_reason(shapes[index])
        repaired[index] = shapely.make_valid(shapes[index], method="structure", keep_collapsed=False)
        if repaired[index].is_empty:
            findings.refuse(index + 1, _("it has no area after repair ({reason}).").format(reason=reason))
        else:
            findings.repaired.add(index)
            note = _("Feature {number} was repaired ({reason}).")
            findings.notes.append(note.format(number=index + 1, reason=reason))
    for index, shape in enumerate(repaired):
        if shape.geom_type == "GeometryCollection":
            repaired[index] = _of_one_kind(shape)
            if repaired[index] is None:
                findings.refuse(index + 1, _("it mixes points, lines and areas."))
    return repaired


def _invalid(shapes: Shapes, on_checked: OnDone) -> list[int]:
    """Return the indices of self-crossing or otherwise invalid shapes."""
    found: list[int] = []
    for start in range(0, len(shapes), REPORT_EVERY):
        batch = shapes[start : start + REPORT_EVERY]
        found += (start + np.flatnonzero(~shapely.is_valid(batch))).tolist()
        on_checked(start + len(batch), len(shapes))
    return found


def _refuse_tangles(shapes: Shapes, invalid: list[int], findings: ImportFindings) -> None:
    """Reject heavily tangled shapes: a polygon through 2,000 random points takes a minute and 1 GB to repair."""
    crossings = 0.0
    for index in invalid:
        crossings += estimate_crossings(shapes[index])
        if crossings > MAX_CROSSINGS:
            findings.refuse(index + 1, _("its border crosses itself too often to be repaired."))
            return


def estimate_crossings(shape: BaseGeometry) -> float:
    """Return about how often the edges of a shape cross: exact for few edges, sampled for many."""
    points, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shape)), return_index=True)
    follows = ring[1:] == ring[:-1]
    starts, ends = points[:-1][follows], points[1:][follows]
    sample = max(_LEAST_SAMPLE, min(_SAMPLE, _COMPARED // max(1, len(starts))))
    every = max(1, len(starts) // sample)
    counted = sum(int(_crossed(starts[n], ends[n], starts, ends).sum()) for n in range(0, len(starts), every))
    return counted * every / 2


def _crossed(
    start: NDArray[np.float64], end: NDArray[np.float64], starts: NDArray[np.float64], ends: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which of many edges an edge crosses, without those that it only touches."""
    sides = _side(start, end, starts) * _side(start, end, ends)
    others = _side(starts, ends, start) * _side(starts, ends, end)
    crossed: NDArray[np.bool_] = (sides < 0) & (others < 0)
    return crossed


def _side(start: NDArray[np.float64], end: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    along, towards = end - start, point - start
    signed: NDArray[np.float64] = np.sign(along[..., 0] * towards[..., 1] - along[..., 1] * towards[..., 0])
    return signed


def _of_one_kind(collection: BaseGeometry) -> BaseGeometry | None:
    parts = list(shapely.get_parts(shapely.get_parts(collection)))
    kinds = {part.geom_type for part in parts}
    if kinds == {"Polygon"}:
        return shapely.MultiPolygon(parts)
    if kinds == {"LineString"}:
        return shapely.MultiLineString(parts)
    return shapely.MultiPoint(parts) if kinds == {"Point"} else None


def _all_finite(shapes: Shapes) -> NDArray[np.bool_]:
    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    finite = np.ones(len(shapes), dtype=bool)
    finite[owners[~np.isfinite(coordinates).all(axis=1)]] = False
    return finite


def _within(bounds: NDArray[np.float64]) -> bool:
    west, south, east, north = INDONESIA_DEG
    return bool(west <= bounds[0] and south <= bounds[1] and bounds[2] <= east and bounds[3] <= north)
