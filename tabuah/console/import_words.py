"""What is said of an import, by the command and in the window: stages, how far, what came in."""

from typing import TYPE_CHECKING, Final

from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.resources.formats import format_number

if TYPE_CHECKING:
    from tabuah.console.import_results import BaseMapTaken, Imported
    from tabuah.gis.import_progress import ImportProgress

_STAGES: Final = {
    "reading": N_("Reading …"),
    "checking": N_("Checking every feature …"),
    "drawing": N_("Preparing the levels of detail for drawing …"),
    "saving": N_("Saving …"),
}


def stage_words(progress: "ImportProgress") -> str:
    """What is being done."""
    return _(_STAGES[progress.stage.value])


def count_words(progress: "ImportProgress") -> str:
    """How far it is, in features; empty where that is not known."""
    if progress.stage.value == "drawing" or not progress.total:
        return ""
    total = format_number(progress.total)
    if progress.stage.value == "reading":
        return ngettext("{n} feature", "{n} features", progress.total).format(n=total)
    return _("{done} of {total} features").format(done=format_number(progress.done), total=total)


def imported_words(imported: "Imported") -> str:
    """What came in, in one sentence."""
    count = ngettext("{n} feature", "{n} features", imported.features).format(n=format_number(imported.features))
    return _("Imported: {layer}, {count}.").format(layer=imported.layer, count=count)


def official_words(imported: "Imported") -> str:
    """What it means for the borders on the map; empty where it means nothing for them."""
    if not imported.official:
        return ""
    both = _("Official boundaries of {kecamatan} kecamatan and {nagari} nagari now replace the estimates.")
    coarse = _("Official boundaries of {kecamatan} kecamatan now replace the estimates.")
    message = both if imported.nagari else coarse
    return message.format(kecamatan=imported.kecamatan, nagari=imported.nagari)


def base_map_words(taken: "BaseMapTaken") -> str:
    """What a finished base map brought."""
    message = _("The base map {file} is in use: {layers} layers, {count} objects.")
    count = format_number(sum(taken.layers.values()))
    return message.format(file=taken.base_map, layers=len(taken.layers), count=count)
