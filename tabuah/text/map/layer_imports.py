"""Text about a map import: stage, progress and result."""

from typing import TYPE_CHECKING, Final

from tabuah.resources.localisation import N_, _, format_number, ngettext

if TYPE_CHECKING:
    from tabuah.gis.import_progress import BaseMapImportResult, ImportProgress, LayerImportResult

_STAGES: Final = {
    "reading": N_("Reading …"),
    "checking": N_("Checking every feature …"),
    "drawing": N_("Preparing the levels of detail for drawing …"),
    "saving": N_("Saving …"),
}


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
