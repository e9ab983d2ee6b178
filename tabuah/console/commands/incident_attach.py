"""`tabuah incident attach`: a photo or another file, made fit here and sent after everything else."""

from datetime import datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.commands.incident_fields import checked
from tabuah.console.commands.incident_group import incident_group
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_error, say
from tabuah.console.commands.placing import Placed, Placer
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.bodies import IncidentAttached, IncidentEdited
from tabuah.operations.incidents.gestures import attach_to_incident, edit_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.catalogue import N_, _
from tabuah.storage.attachments.preparing import PreparedFile
from tabuah.storage.cache.store import ConsoleStore


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """The record of `incident attach --json`; the last three are what the photo's camera wrote down."""

    id: str
    number: str
    entry: str
    sha256: str
    size: int
    lon_deg: float | None
    lat_deg: float | None
    taken_at: datetime | None


@incident_group.command("attach", help=N_("Attach a photo or another file."))
@click.argument("incident", metavar="ID")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True, readable=True), metavar="FILE")
@click.option("--caption", default="", metavar="TEXT", help=N_("What it shows."))
@click.option("--original", is_flag=True, help=N_("Keep all pixels of a photo; else it is made smaller."))
@click.option("--use-photo-position", is_flag=True, help=N_("The incident is where the photo was taken."))
@click.option("--use-photo-time", is_flag=True, help=N_("It was attached when the photo was taken."))
@click.option("--outside", metavar="REASON", default="", help=N_("Why a place outside the regency is meant."))
@click.pass_obj
def attach(
    call: Invocation,
    *,
    incident: str,
    file: Path,
    caption: str,
    original: bool,
    use_photo_position: bool,
    use_photo_time: bool,
    outside: str,
) -> None:
    """Attach a photo or another file."""
    from tabuah.storage.attachments.preparing import check_room, prepare_file

    with call.open_store() as store:
        found = store.incident(incident)
        check_room(found, 1)
        checked(IncidentAttached(sha256="0" * 64, name="", media_type="", size=0, caption=caption))
        prepared = prepare_file(file, caption=caption, original=original)
        placed = _placed(call, prepared, outside) if use_photo_position else None
        taken_at = _time_of(prepared, store.now()) if use_photo_time else None
        drafts = [*_attaches(store, found, prepared, taken_at), *_moves(found, placed)]
        if not drafts:
            raise click.UsageError(_("{file} is attached to {number} already").format(file=file, number=found.number))
        prepared.keep(store.attachments.files)
        saved = store.save_all(drafts)[0]
    answer = Attached(
        id=found.id,
        number=found.number,
        entry=saved.entry.id,
        sha256=prepared.attachment.sha256,
        size=prepared.attachment.size,
        lon_deg=prepared.origin.lon_deg,
        lat_deg=prepared.origin.lat_deg,
        taken_at=prepared.origin.taken_at,
    )
    call.show(answer, lambda: _tell(answer, prepared))
    if placed is not None and placed.remark:
        print_error(placed.remark)


def _placed(call: Invocation, prepared: PreparedFile, outside: str) -> Placed:
    position = prepared.origin.position
    if position is None:
        raise click.UsageError(_("the photo does not say where it was taken; give the place with `incident edit`"))
    return Placer(call.data).place_at(f"{position[0]:.6f},{position[1]:.6f}", outside_reason=outside.strip())


def _time_of(prepared: PreparedFile, now: datetime) -> datetime:
    taken_at = prepared.origin.taken_at
    if taken_at is None:
        raise click.UsageError(_("the photo does not say when it was taken"))
    if taken_at > now:
        raise click.UsageError(_("the photo says it was taken in the future: its camera's clock is wrong"))
    return taken_at


def _attaches(
    store: ConsoleStore, incident: Incident, prepared: PreparedFile, taken_at: datetime | None
) -> list[Draft]:
    """What is attached and here is not attached again; its position can still be taken over."""
    state = store.attachments.states(incident.attachments).get(prepared.attachment.sha256)
    if state is not None and state.is_here:
        return []
    return [attach_to_incident(incident, prepared.attachment, taken_at=taken_at)]


def _moves(incident: Incident, placed: Placed | None) -> list[Draft]:
    return [edit_incident(incident, IncidentEdited(place=placed.place))] if placed is not None else []


def _tell(answer: Attached, prepared: PreparedFile) -> None:
    from tabuah.console.attachment_words import origin_words, size_words

    told = _("Attached to {number}: {name}, {size}").format(
        number=answer.number, name=prepared.attachment.name, size=size_words(answer.size)
    )
    if answer.size < prepared.size_before:
        told += " " + _("(from {size})").format(size=size_words(prepared.size_before))
    say(told)
    origin = origin_words(prepared.origin)
    if origin:
        hint = _("{origin}. This is not stored; take it over with --use-photo-position or --use-photo-time.")
        say(hint.format(origin=origin))
