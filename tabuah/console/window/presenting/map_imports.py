"""The import of a map file as its card shows it."""

from typing import Final

from tabuah.console.import_messages import Answer, BaseMapCame, LayerCame, LayerWanted, Refused
from tabuah.console.import_results import Imported
from tabuah.console.import_words import base_map_words, count_words, imported_words, official_words, stage_words
from tabuah.console.window.map_imports import ImportJob, Phase
from tabuah.gis.basemap import LayerKind
from tabuah.gis.import_progress import ImportProgress, ImportStage
from tabuah.gis.layer_choice import LayerInFile
from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.resources.formats import format_number
from tabuah.widgets.imports.import_view import ImportView, LayerOffer
from tabuah.widgets.values import ActionState, Level

CANCEL, CLOSE, NEXT, OTHER, AGAIN, SHOW = "cancel", "close", "next", "other", "again", "show"
_KINDS: Final = {
    LayerKind.POLYGON: N_("areas"),
    LayerKind.LINE: N_("lines"),
    LayerKind.POINT: N_("points"),
}


def import_view(job: ImportJob, *, waiting: int, elapsed_s: float) -> ImportView:
    """What the card shows of a job.

    Args:
        job: how it is.
        waiting: how many files come after it.
        elapsed_s: for how long it has been at work.
    """
    if job.phase is Phase.RUNNING:
        return _running(job, waiting=waiting, elapsed_s=elapsed_s)
    if job.answer is None:
        return ImportView(
            title=_("{file} was not imported").format(file=job.file.name),
            level=Level.HIGH,
            text=_("The import ended before it was done. Nothing was changed."),
            notes=(_("The file may need more memory than this computer has: cut it to the regency first."),),
            actions=_ended(waiting, _action(AGAIN, _("Try again"))),
        )
    return _answered(job, job.answer, waiting)


def _running(job: ImportJob, *, waiting: int, elapsed_s: float) -> ImportView:
    progress = job.progress
    more = ngettext("{n} more file waits.", "{n} more files wait.", waiting).format(n=format_number(waiting))
    return ImportView(
        title=_("Importing {file}").format(file=job.file.name),
        text=stage_words(progress) if progress else _("Opening the file …"),
        aside=_elapsed(elapsed_s),
        busy=True,
        share=_share(progress),
        count=count_words(progress) if progress else "",
        notes=(more,) if waiting else (),
        actions=(_action(CANCEL, _("Cancel")),),
    )


def _answered(job: ImportJob, answer: Answer, waiting: int) -> ImportView:
    match answer:
        case LayerCame(imported=imported):
            return ImportView(
                title=_("{layer} is on the map").format(layer=imported.layer),
                level=Level.NORMAL,
                text=" ".join(filter(None, (imported_words(imported), official_words(imported)))),
                notes=_notes(imported),
                actions=_ended(waiting, _action(SHOW, _("Show on the map"))),
            )
        case BaseMapCame(taken=taken):
            return ImportView(
                title=_("The base map is in use"),
                level=Level.NORMAL,
                text=base_map_words(taken),
                actions=_ended(waiting, _action(SHOW, _("Show on the map"))),
            )
        case LayerWanted(layers=layers):
            return ImportView(
                title=_("{file} holds several layers").format(file=job.file.name),
                text=_("Choose the one that is to be imported:"),
                offers=tuple(LayerOffer(name=each.name, detail=_told(each)) for each in layers),
                actions=_ended(waiting),
            )
        case Refused(reason=reason, problems=problems):
            mend = _("Nothing was changed. Mend these features and import the file again:")
            return ImportView(
                title=_("{file} was not imported").format(file=job.file.name),
                level=Level.ATTENTION,
                text=mend if problems else " ".join((reason, _("Nothing was changed."))),
                notes=problems,
                actions=_ended(waiting, _action(OTHER, _("Choose another file"))),
            )


def _ended(waiting: int, *first: ActionState) -> tuple[ActionState, ...]:
    """What can be done once it has ended; with more files waiting, closing goes on with the next."""
    last = _action(NEXT, _("Next file ({n})").format(n=waiting)) if waiting else _action(CLOSE, _("Close"), key="Esc")
    return (*first, last)


def _action(code: str, label: str, key: str = "") -> ActionState:
    return ActionState(code=code, label=label, key=key)


def _notes(imported: Imported) -> tuple[str, ...]:
    mended = ngettext("{n} feature was mended:", "{n} features were mended:", imported.repaired)
    return (*([mended.format(n=format_number(imported.repaired))] if imported.repaired else []), *imported.notes)


def _told(layer: LayerInFile) -> str:
    if layer.features is None:
        return ""
    count = ngettext("{n} feature", "{n} features", layer.features).format(n=format_number(layer.features))
    return f"{count} · {_(_KINDS[layer.kind])}" if layer.kind is not None else count


def _share(progress: ImportProgress | None) -> float | None:
    """What of the stage is done; while GDAL reads, nobody knows."""
    if progress is None or not progress.total or progress.stage is ImportStage.READING:
        return None
    return progress.done / progress.total


def _elapsed(elapsed_s: float) -> str:
    minutes, seconds = divmod(int(elapsed_s), 60)
    return f"{minutes}:{seconds:02d}"
