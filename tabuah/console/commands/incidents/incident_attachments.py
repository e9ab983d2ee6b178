"""`tabuah incident attach`: attach a photo or another file, prepared here and sent after all entries."""

from datetime import datetime
from pathlib import Path

import click
import msgspec

from tabuah.console.commands.incident_places import OUTSIDE, PlaceResolver, ResolvedPlace
from tabuah.console.commands.incidents.incident_fields import validate_body
from tabuah.console.commands.incidents.incidents import incident_group
from tabuah.console.commands.invocation import Invocation, print_error, print_text
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.drafts import attach_to_incident, edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached, IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import N_, _
from tabuah.storage.attachments.prepared_file import PreparedFile
from tabuah.storage.cache.store import ConsoleStore


class AttachmentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `incident attach --json`; position and time come from the photo's metadata."""

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
@click.option("--original", is_flag=True, help=N_("Keep the full resolution of a photo."))
@click.option("--use-photo-position", is_flag=True, help=N_("Move the incident to the position of the photo."))
@click.option("--use-photo-time", is_flag=True, help=N_("Date the attachment to the time of the photo."))
@OUTSIDE
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
    from tabuah.storage.attachments.prepared_file import check_attachment_limit, prepare_file

    with call.open_store() as store:
        found = store.incident(incident)
        check_attachment_limit(found, 1)
        validate_body(IncidentAttached(sha256="0" * 64, name="", media_type="", size=0, caption=caption))
        prepared = prepare_file(file, caption=caption, original=original)
        placed = _resolve_photo_place(call, prepared, outside) if use_photo_position else None
        taken_at = _read_photo_time(prepared, store.now()) if use_photo_time else None
        drafts = [*_attachment_drafts(store, found, prepared, taken_at), *_move_drafts(found, placed)]
        if not drafts:
            raise click.UsageError(_("{file} is already attached to {number}").format(file=file, number=found.number))
        prepared.keep(store.attachments.files)
        saved = store.save_all(drafts)[0]
    answer = AttachmentRecord(
        id=found.id,
        number=found.number,
        entry=saved.entry.id,
        sha256=prepared.attachment.sha256,
        size=prepared.attachment.size,
        lon_deg=prepared.origin.lon_deg,
        lat_deg=prepared.origin.lat_deg,
        taken_at=prepared.origin.taken_at,
    )
    call.show(answer, lambda: _print_attachment(answer, prepared))
    if placed is not None and placed.remark:
        print_error(placed.remark)


def _resolve_photo_place(call: Invocation, prepared: PreparedFile, outside: str) -> ResolvedPlace:
    position = prepared.origin.position
    if position is None:
        raise click.UsageError(_("the photo has no position; give the place with `incident edit`"))
    return PlaceResolver(call.data).place_at(f"{position[0]:.6f},{position[1]:.6f}", outside_reason=outside.strip())


def _read_photo_time(prepared: PreparedFile, now: datetime) -> datetime:
    taken_at = prepared.origin.taken_at
    if taken_at is None:
        raise click.UsageError(_("the photo has no time"))
    if taken_at > now:
        raise click.UsageError(_("the time of the photo is in the future: its camera's clock is wrong"))
    return taken_at


def _attachment_drafts(
    store: ConsoleStore, incident: Incident, prepared: PreparedFile, taken_at: datetime | None
) -> list[Draft]:
    """Return no draft where the file is attached and present; its position can still be used."""
    state = store.attachments.states(incident.attachments).get(prepared.attachment.sha256)
    if state is not None and state.is_here:
        return []
    return [attach_to_incident(incident, prepared.attachment, taken_at=taken_at)]


def _move_drafts(incident: Incident, placed: ResolvedPlace | None) -> list[Draft]:
    return [edit_incident(incident, IncidentEdited(place=placed.place))] if placed is not None else []


def _print_attachment(answer: AttachmentRecord, prepared: PreparedFile) -> None:
    from tabuah.resources.localisation import format_size
    from tabuah.text.attachments.attachment_text import describe_photo_origin

    message = _("Attached to {number}: {name}, {size}").format(
        number=answer.number, name=prepared.attachment.name, size=format_size(answer.size)
    )
    if answer.size < prepared.size_before:
        message += " " + _("(from {size})").format(size=format_size(prepared.size_before))
    print_text(message)
    origin = describe_photo_origin(prepared.origin)
    if origin:
        hint = _("{origin}. This is not stored; use it with --use-photo-position or --use-photo-time.")
        print_text(hint.format(origin=origin))
