"""The card of a map import."""

from tabuah.console.map.import_messages import (
    BaseMapImported,
    ImportOutcome,
    ImportRefused,
    LayerChoiceNeeded,
    LayerImported,
)
from tabuah.console.window.shared.map_imports import ImportJob, ImportPhase
from tabuah.gis.import_progress import ImportProgress, ImportStage, LayerImportResult
from tabuah.resources.localisation import _
from tabuah.text.map import map_import
from tabuah.widgets.map.imports.import_card import ImportView, LayerOffer
from tabuah.widgets.values import ActionState, Level

CANCEL, CLOSE, NEXT, OTHER, AGAIN, SHOW = "cancel", "close", "next", "other", "again", "show"


def import_view(job: ImportJob, *, waiting: int, elapsed_s: float) -> ImportView:
    """Return the card of a job.

    Args:
        job: the import.
        waiting: the number of files in the queue.
        elapsed_s: its duration so far.
    """
    if job.phase is ImportPhase.RUNNING:
        return _running(job, waiting=waiting, elapsed_s=elapsed_s)
    if job.answer is None:
        text, hint = map_import.describe_interrupted_import()
        return ImportView(
            title=map_import.describe_failed_import(job.file.name),
            level=Level.HIGH,
            text=text,
            notes=(hint,),
            actions=_ended(waiting, _action(AGAIN, _("Try again"))),
        )
    return _answered(job, job.answer, waiting)


def _running(job: ImportJob, *, waiting: int, elapsed_s: float) -> ImportView:
    progress = job.progress
    return ImportView(
        title=map_import.describe_running_import(job.file.name),
        text=map_import.describe_import_stage(progress),
        elapsed=_elapsed(elapsed_s),
        busy=True,
        share=_share(progress),
        count=map_import.describe_import_progress(progress) if progress else "",
        notes=(map_import.describe_waiting_files(waiting),) if waiting else (),
        actions=(_action(CANCEL, _("Cancel")),),
    )


def _answered(job: ImportJob, answer: ImportOutcome, waiting: int) -> ImportView:
    match answer:
        case LayerImported(imported=imported):
            return ImportView(
                title=map_import.describe_shown_layer(imported),
                level=Level.NORMAL,
                text=" ".join(
                    filter(
                        None,
                        (
                            map_import.describe_layer_import(imported),
                            map_import.describe_official_boundaries(imported),
                        ),
                    )
                ),
                notes=_notes(imported),
                actions=_ended(waiting, _action(SHOW, _("Show on the map"))),
            )
        case BaseMapImported(taken=taken):
            return ImportView(
                title=map_import.base_map_imported_text(),
                level=Level.NORMAL,
                text=map_import.describe_base_map_import(taken),
                actions=_ended(waiting, _action(SHOW, _("Show on the map"))),
            )
        case LayerChoiceNeeded(layers=layers):
            title, question = map_import.describe_layer_choice(job.file.name)
            return ImportView(
                title=title,
                text=question,
                offers=tuple(
                    LayerOffer(name=each.name, detail=map_import.describe_layer_in_file(each)) for each in layers
                ),
                actions=_ended(waiting),
            )
        case ImportRefused(reason=reason, problems=problems):
            return ImportView(
                title=map_import.describe_failed_import(job.file.name),
                level=Level.ATTENTION,
                text=map_import.describe_import_refusal(reason, problems),
                notes=problems,
                actions=_ended(waiting, _action(OTHER, _("Choose another file"))),
            )


def _ended(waiting: int, *first: ActionState) -> tuple[ActionState, ...]:
    """Return the actions after the end; with more files in the queue, closing starts the next."""
    last = _action(NEXT, _("Next file ({n})").format(n=waiting)) if waiting else _action(CLOSE, _("Close"), key="Esc")
    return (*first, last)


def _action(code: str, label: str, key: str = "") -> ActionState:
    return ActionState(code=code, label=label, key=key)


def _notes(imported: LayerImportResult) -> tuple[str, ...]:
    repairs = map_import.describe_repairs(imported)
    return (repairs, *imported.notes) if repairs else imported.notes


def _share(progress: ImportProgress | None) -> float | None:
    """Return the completed share of the stage; None while GDAL reads, which reports no progress."""
    if progress is None or not progress.total or progress.stage is ImportStage.READING:
        return None
    return progress.done / progress.total


def _elapsed(elapsed_s: float) -> str:
    minutes, seconds = divmod(int(elapsed_s), 60)
    return f"{minutes}:{seconds:02d}"
