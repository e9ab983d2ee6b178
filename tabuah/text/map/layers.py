"""Text about map layers: titles, classes, surfaces, and the import of files."""

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tabuah.gis.layers.map_style import LayerSymbols
from tabuah.resources.localisation import N_, _, format_number, ngettext

if TYPE_CHECKING:
    from tabuah.gis.import_progress import BaseMapImportResult, ImportProgress, LayerImportResult

_STAGES: Final = {
    "reading": N_("Reading …"),
    "checking": N_("Checking every feature …"),
    "drawing": N_("Preparing the levels of detail for drawing …"),
    "saving": N_("Saving …"),
}


def describe_surface_points(count: int) -> str:
    """Return the number of stations that a surface is computed from."""
    if count == 0:
        return _("no station has sent enough data")
    return ngettext("from {n} station", "from {n} stations", count).format(n=count)


def missing_layer_text() -> str:
    """Return the note of an imported layer without data."""
    return _("The layer data is missing. Import the file again.")


def describe_import_stage(progress: "ImportProgress") -> str:
    return _(_STAGES[progress.stage.value])


def describe_import_progress(progress: "ImportProgress") -> str:
    """Describe the progress in features; empty where it is not known."""
    if progress.stage.value == "drawing" or not progress.total:
        return ""
    total = format_number(progress.total)
    if progress.stage.value == "reading":
        return ngettext("{n} feature", "{n} features", progress.total).format(n=total)
    return _("{done} of {total} features").format(done=format_number(progress.done), total=total)


def describe_layer_import(imported: "LayerImportResult") -> str:
    count = ngettext("{n} feature", "{n} features", imported.features).format(n=format_number(imported.features))
    return _("Imported: {layer}, {count}.").format(layer=imported.layer, count=count)


def describe_official_boundaries(imported: "LayerImportResult") -> str:
    """Describe the effect on the borders of the map; empty without official boundaries."""
    if not imported.official:
        return ""
    both = _("Official boundaries of {kecamatan} kecamatan and {nagari} nagari now replace the estimates.")
    coarse = _("Official boundaries of {kecamatan} kecamatan now replace the estimates.")
    message = both if imported.nagari else coarse
    return message.format(kecamatan=imported.kecamatan, nagari=imported.nagari)


def describe_base_map_import(taken: "BaseMapImportResult") -> str:
    message = _("The base map {file} is in use: {layers} layers, {count} objects.")
    count = format_number(sum(taken.layers.values()))
    return message.format(file=taken.base_map, layers=len(taken.layers), count=count)


# titles of the shipped style file, listed here for translation
_TITLES: Final = (
    N_("Rivers"), N_("Lakes"), N_("Nagari borders"), N_("Kecamatan borders"), N_("Nagari"), N_("Volcanoes"),
    N_("Towns"), N_("Streams"), N_("Buildings"), N_("Tracks and paths"), N_("Local roads"), N_("Secondary roads"),
    N_("Main roads"), N_("Facilities"), N_("Hospital"), N_("Puskesmas"), N_("School"), N_("Fire station"),
    N_("Police"), N_("Assembly point"), N_("Bridge"),
    N_("Rain of the last hour"), N_("Rain of the last 24 hours"), N_("Density of incidents"),
    N_("Weather warnings"), N_("Earthquakes"), N_("Volcano levels"),
    N_("I Normal"), N_("II Waspada"), N_("III Siaga"),
    N_("IV Awas"),
)  # fmt: skip


def class_labels(look: LayerSymbols | None) -> tuple[str, ...]:
    """Return the class labels of a style, such as "1–5" and "≥ 100 mm"; empty if it has none."""
    if look is None or look.by_value is None:
        named = look.by_class.looks if look and look.by_class else {}
        return tuple(_(each.title) if each.title else name for name, each in named.items())
    breaks = [format_break(value) for value in look.by_value.breaks]
    unit = f" {look.by_value.unit}" if look.by_value.unit else ""
    between = [f"{low}–{high}" for low, high in pairwise(breaks)]
    return (f"< {breaks[0]}", *between, f"≥ {breaks[-1]}{unit}")


def format_break(value: float) -> str:
    """Return a class break as text."""
    return format_number(value, digits=0 if value == round(value) else 1)
