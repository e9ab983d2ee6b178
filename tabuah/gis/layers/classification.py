"""Classification of layer features by class or value, so that each part is drawn with one symbol."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from tabuah.gis.base_map import Feature, LevelOfDetail, MapLayer
from tabuah.gis.layers.map_style import GraduatedSymbols, LayerSpec, LayerSymbols

UNCLASSIFIED: Final = -1  # features without a value, or of a class that is not listed


class LayerPart(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The features of one class: its number among the breaks or listed classes, `UNCLASSIFIED` for the rest."""

    number: int
    layer: MapLayer


def classes_of_values(values: NDArray[np.float64], breaks: Sequence[float]) -> NDArray[np.int64]:
    """Return the class of each value: 0 below the first break, 1 from it on …; `UNCLASSIFIED` without a value."""
    classes = np.searchsorted(np.asarray(breaks, dtype=np.float64), values, side="right").astype(np.int64)
    classes[~np.isfinite(values)] = UNCLASSIFIED
    return classes


def split_by_class(layer: MapLayer, look: LayerSymbols) -> tuple[LayerPart, ...]:
    """Return the layer split by its symbols, lowest class first; one `UNCLASSIFIED` part without classes."""
    classes = feature_classes(layer, look)
    if classes is None:
        return (LayerPart(number=UNCLASSIFIED, layer=layer),)
    return tuple(
        LayerPart(number=int(number), layer=_with_features(layer, classes == number)) for number in np.unique(classes)
    )


def feature_classes(layer: MapLayer, look: LayerSymbols) -> NDArray[np.int64] | None:
    """Return the class of each feature; None when all have one symbol, such as the lines of a surface."""
    if isinstance(look, LayerSpec) and look.kind == "surface":
        return None
    if look.by_value is not None:
        return classes_of_values(feature_values(layer, look.by_value), look.by_value.breaks)
    if look.by_class is not None:
        names = {name: number for number, name in enumerate(look.by_class.looks)}
        field = look.by_class.field
        found = [names.get(str(_attribute(each, field)), UNCLASSIFIED) for each in layer.features]
        return np.array(found, dtype=np.int64)
    return None


def feature_values(layer: MapLayer, by_value: GraduatedSymbols) -> NDArray[np.float64]:
    """Return the number of each feature; NaN where it has none."""
    return np.array([_number(_attribute(each, by_value.field)) for each in layer.features], dtype=np.float64)


def _attribute(feature: Feature, field: str) -> object:
    if field in ("code", "name", "note", "rank"):
        return getattr(feature, field)
    return feature.attributes.get(field)


def _number(value: object) -> float:
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _with_features(layer: MapLayer, wanted: NDArray[np.bool_]) -> MapLayer:
    features = tuple(feature for feature, kept in zip(layer.features, wanted.tolist(), strict=True) if kept)
    return replace(layer, features=features, levels=tuple(_level_with(level, wanted) for level in layer.levels))


def _level_with(level: LevelOfDetail, wanted: NDArray[np.bool_]) -> LevelOfDetail:
    kept = wanted[level.feature_of_part]
    lengths = np.diff(level.offsets)
    numbers = np.cumsum(wanted) - 1  # new numbers of the kept features
    return LevelOfDetail(
        tolerance_m=level.tolerance_m,
        coordinates_m=level.coordinates_m[np.repeat(kept, lengths)],
        offsets=np.concatenate(([0], np.cumsum(lengths[kept]))).astype(np.int64),
        feature_of_part=numbers[level.feature_of_part[kept]].astype(np.int32),
    )
