"""Text about the import of map files: progress, results, choices and refusals."""

from collections.abc import Sequence
from typing import Final

from tabuah.gis.base_map import LayerKind
from tabuah.gis.import_progress import (
    BaseMapImportResult,
    ImportProgress,
    ImportStage,
    LayerImportResult,
    LayerInFile,
)
from tabuah.resources.localisation import N_, _, format_number, ngettext

_STAGES: Final = {
    ImportStage.READING: N_("Reading …"),
    ImportStage.CHECKING: N_("Checking every feature …"),
    ImportStage.DRAWING: N_("Preparing the levels of detail for drawing …"),
    ImportStage.SAVING: N_("Saving …"),
}
_KINDS: Final = {
    LayerKind.POLYGON: N_("areas"),
    LayerKind.LINE: N_("lines"),
    LayerKind.POINT: N_("points"),
}


def describe_file_drop(names: Sequence[str]) -> str:
    """Return the text of the drop target: the effect of dropping these files."""
    if len(names) == 1:
        return _("Import {file}").format(file=names[0])
    return ngettext("Import {n} map file", "Import {n} map files", len(names)).format(n=format_number(len(names)))


def describe_running_import(file: str) -> str:
    return _("Importing {file}").format(file=file)


def describe_waiting_files(count: int) -> str:
    return ngettext("{n} more file waits.", "{n} more files wait.", count).format(n=format_number(count))


def describe_import_stage(progress: ImportProgress | None) -> str:
    """Return the stage; before the first report the file is being opened."""
    return _(_STAGES[progress.stage]) if progress else _("Opening the file …")


def describe_import_progress(progress: ImportProgress) -> str:
    """Describe the progress in features; empty where it is not known."""
    if progress.stage is ImportStage.DRAWING or not progress.total:
        return ""
    if progress.stage is ImportStage.READING:
        return _describe_features(progress.total)
    done, total = format_number(progress.done), format_number(progress.total)
    return _("{done} of {total} features").format(done=done, total=total)


def describe_layer_import(imported: LayerImportResult) -> str:
    count = _describe_features(imported.features)
    return _("Imported: {layer}, {count}.").format(layer=imported.layer, count=count)


def describe_shown_layer(imported: LayerImportResult) -> str:
    return _("{layer} is on the map").format(layer=imported.layer)


def describe_repairs(imported: LayerImportResult) -> str:
    """Return the number of repaired features, as the heading of the notes; empty without one."""
    if not imported.repaired:
        return ""
    mended = ngettext("{n} feature was mended:", "{n} features were mended:", imported.repaired)
    return mended.format(n=format_number(imported.repaired))


def describe_official_boundaries(imported: LayerImportResult) -> str:
    """Describe the effect on the borders of the map; empty without official boundaries."""
    if not imported.official:
        return ""
    both = _("Official boundaries of {kecamatan} kecamatan and {nagari} nagari now replace the estimates.")
    coarse = _("Official boundaries of {kecamatan} kecamatan now replace the estimates.")
    message = both if imported.nagari else coarse
    return message.format(kecamatan=imported.kecamatan, nagari=imported.nagari)


def base_map_imported_text() -> str:
    return _("The base map is in use")


def describe_base_map_import(taken: BaseMapImportResult) -> str:
    message = _("The base map {file} is in use: {layers} layers, {count} objects.")
    count = format_number(sum(taken.layers.values()))
    return message.format(file=taken.base_map, layers=len(taken.layers), count=count)


def describe_layer_choice(file: str) -> tuple[str, str]:
    """Return the title and the question for a file with several layers."""
    return _("{file} contains several layers").format(file=file), _("Choose the layer to import:")


def describe_layer_in_file(layer: LayerInFile) -> str:
    """Return the number and kind of the features of a layer; empty where it is not known."""
    if layer.features is None:
        return ""
    count = _describe_features(layer.features)
    return f"{count} · {_(_KINDS[layer.kind])}" if layer.kind is not None else count


def describe_failed_import(file: str) -> str:
    return _("{file} was not imported").format(file=file)


def describe_interrupted_import() -> tuple[str, str]:
    """Return the text for an import whose process ended, and the likely reason."""
    return (
        _("The import ended before it was complete. Nothing was changed."),
        _("The file may need more memory than this computer has: clip it to the regency first."),
    )


def describe_import_refusal(reason: str, problems: Sequence[str]) -> str:
    """Return the reason, or the heading of the problems of features."""
    if problems:
        return _("Nothing was changed. Correct these features and import the file again:")
    return " ".join((reason, _("Nothing was changed.")))


def describe_kept_estimates(reason: str) -> str:
    """Return why a layer of boundaries does not replace the estimated ones."""
    return _("It is shown as a layer; the map keeps its estimated borders. {reason}").format(reason=reason)


def describe_incomplete_cover() -> str:
    """Return why a layer with areas is no official boundary."""
    return _("It is shown as a layer: its areas do not cover the regency, so they are no boundaries.")


def _describe_features(count: int) -> str:
    return ngettext("{n} feature", "{n} features", count).format(n=format_number(count))
