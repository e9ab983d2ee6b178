"""Checks and repairs the shapes of an imported layer; every complaint names the feature by its number."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tabuah.gis.errors import LayerImportError
from tabuah.gis.import_progress import BATCH, OnDone, count_for_nobody
from tabuah.gis.reference_systems import WGS84
from tabuah.resources.catalogue import _

INDONESIA_DEG: Final = (94.0, -12.0, 142.0, 7.0)  # west, south, east, north, with the seas
SHOWN: Final = 10
MAX_CROSSINGS: Final = 5_000  # of a layer's borders with themselves; mending costs more than their square
_SAMPLE: Final = 200  # edges whose crossings are counted to estimate those of all; fewer where there are very many
_LEAST_SAMPLE: Final = 20
_COMPARED: Final = 10_000_000
_CURVED: Final = 7  # GEOS numbers curved kinds above the collection

Shapes = NDArray[np.object_]


@dataclass(slots=True)
class Findings:
    """What the checks found: `problems` stop the import, `notes` are told after it; `mended` features by index."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mended: set[int] = field(default_factory=set)

    def refuse(self, number: int, reason: str) -> None:
        """Stop the import for the sake of one feature (counted from 1)."""
        self.problems.append(_("Feature {number}: {reason}").format(number=number, reason=reason))

    def raise_if_any(self, name: str) -> None:
        """Refuse the file when a feature was refused.

        Raises:
            LayerImportError: naming the first problems.
        """
        if not self.problems:
            return
        shown = self.problems[:SHOWN]
        if len(self.problems) > SHOWN:
            shown.append(_("… and {count} more.").format(count=len(self.problems) - SHOWN))
        message = _("{name} was not imported; nothing was changed. Mend these features and import it again:")
        raise LayerImportError(message.format(name=name), problems=tuple(shown))


def decoded(binary: NDArray[np.object_], findings: Findings) -> Shapes:
    """Shapes from WKB; open rings are closed with a note, what is missing or unreadable is refused."""
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
            findings.mended.add(int(index))
            findings.notes.append(_("Feature {number}: an open ring was closed.").format(number=number))
    return shapes


def checked(
    shapes: Shapes, system: str | None, findings: Findings, *, on_checked: OnDone = count_for_nobody
) -> Shapes:
    """Shapes in EPSG:4326, flat, valid and in Indonesia; what cannot be made so is refused.

    Args:
        shapes: as they stand in the file, none missing.
        system: the reference system the file declares, None when it declares none.
        findings: receives problems and notes.
        on_checked: told how many shapes were looked at for crossings, which takes the time.
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


def _refuse_unusable(shapes: Shapes, findings: Findings) -> None:
    finite = _all_finite(shapes)
    for index, shape in enumerate(shapes):
        if shape.is_empty:
            findings.refuse(index + 1, _("its geometry is empty."))
        elif not finite[index]:
            findings.refuse(index + 1, _("a coordinate is not a number."))
        elif shapely.get_type_id(shape) > _CURVED:
            findings.refuse(index + 1, _("it has curves; save the layer with straight segments."))


def _without_heights(shapes: Shapes, findings: Findings) -> Shapes:
    count = int(shapely.has_z(shapes).sum())
    if count:
        findings.notes.append(_("Heights (Z) of {count} features were left out.").format(count=count))
    flat: Shapes = shapely.force_2d(shapes)
    return flat


def _in_degrees(shapes: Shapes, system: str | None, findings: Findings) -> Shapes:
    if system is None:
        if not _within(shapely.total_bounds(shapes)):
            raise LayerImportError(
                _("The file does not say its reference system (.prj). Add it, or save the layer as EPSG:4326.")
            )
        findings.notes.append(_("The file does not say its reference system; its numbers fit EPSG:4326."))
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


def _refuse_elsewhere(shapes: Shapes, findings: Findings) -> None:
    finite = _all_finite(shapes)
    bounds = shapely.bounds(shapes)
    for index in range(len(shapes)):
        if not finite[index] or not _within(bounds[index]):
            findings.refuse(index + 1, _reason_elsewhere(bounds[index], finite=bool(finite[index])))


def _reason_elsewhere(bounds: NDArray[np.float64], *, finite: bool) -> str:
    west, south, east, north = bounds
    if not finite:
        return _("it has no place on Earth in the reference system the file declares.")
    if _within(np.array((south, west, north, east))):
        return _("longitude and latitude are exchanged.")
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        return _("its coordinates are metres, not degrees; the file must say which reference system.")
    return _("it does not lie in Indonesia.")


def _repaired(shapes: Shapes, findings: Findings, on_checked: OnDone) -> Shapes:
    repaired = shapes.copy()
    invalid = _invalid(shapes, on_checked)
    _refuse_tangles(shapes, invalid, findings)
    if findings.problems:
        return repaired
    for index in invalid:
        reason = shapely.is_valid_reason(shapes[index])
        repaired[index] = shapely.make_valid(shapes[index], method="structure", keep_collapsed=False)
        if repaired[index].is_empty:
            findings.refuse(index + 1, _("it has no area left once mended ({reason}).").format(reason=reason))
        else:
            findings.mended.add(index)
            note = _("Feature {number} was repaired ({reason}).")
            findings.notes.append(note.format(number=index + 1, reason=reason))
    for index, shape in enumerate(repaired):
        if shape.geom_type == "GeometryCollection":
            repaired[index] = _of_one_kind(shape)
            if repaired[index] is None:
                findings.refuse(index + 1, _("it mixes points, lines and areas."))
    return repaired


def _invalid(shapes: Shapes, on_checked: OnDone) -> list[int]:
    """The indices of shapes that cross themselves or are otherwise no shapes."""
    found: list[int] = []
    for start in range(0, len(shapes), BATCH):
        batch = shapes[start : start + BATCH]
        found += (start + np.flatnonzero(~shapely.is_valid(batch))).tolist()
        on_checked(start + len(batch), len(shapes))
    return found


def _refuse_tangles(shapes: Shapes, invalid: list[int], findings: Findings) -> None:
    """Refuse scribbles: a polygon through 2,000 random points takes a minute and a gigabyte to mend."""
    crossings = 0.0
    for index in invalid:
        crossings += estimated_crossings(shapes[index])
        if crossings > MAX_CROSSINGS:
            findings.refuse(index + 1, _("its border crosses itself too often to be mended."))
            return


def estimated_crossings(shape: BaseGeometry) -> float:
    """About how often the edges of a shape cross each other: exact for few edges, by a sample of them for many."""
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
    """Which of many edges an edge crosses, not counting those that it only touches."""
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
