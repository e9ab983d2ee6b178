"""`tabuah station attach`, `files` and `detach`: photos and documents of a station; works offline."""

from pathlib import Path
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.exercises.scope_options import ChosenWorlds, exercise_option
from tabuah.console.commands.incidents.incident_fields import validate_body
from tabuah.console.commands.incidents.incident_records import make_transfer_record
from tabuah.console.commands.invocation import Invocation, print_text
from tabuah.console.commands.reason_type import ReasonType
from tabuah.console.commands.stations.stations import find_station, station_group
from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.attachments.transfer import AttachmentState
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.stations.drafts import attach_to_station, remove_from_station
from tabuah.operations.stations.files import FileTopic, StationFile
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import N_, _, format_moment
from tabuah.storage.cache.errors import UnknownKey
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_id_json

_MIN_HASH_DIGITS: Final = 6
_SHOWN_HASH_DIGITS: Final = 8
EXISTING_FILE = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)


class AttachedFileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Record of `station attach` and `station detach`."""

    station: str
    entry: str
    name: str
    topic: FileTopic
    sha256: str
    size: int


@station_group.command("attach", help=N_("Attach photos and documents to a station; all or none."))
@click.argument("code", metavar="CODE")
@click.argument("files", type=EXISTING_FILE, metavar="FILE…", nargs=-1, required=True)
@click.option("--caption", default="", metavar="TEXT", help=N_("What it shows."))
@click.option(
    "--topic",
    type=click.Choice([topic.value for topic in FileTopic]),
    default=FileTopic.OTHER.value,
    help=N_("Topic: mounting, calibration, key holders, access."),
)
@click.option("--original", is_flag=True, help=N_("Keep the full resolution of a photo."))
@exercise_option
@click.pass_obj
def attach_files(
    call: Invocation,
    *,
    code: str,
    files: tuple[Path, ...],
    caption: str,
    topic: str,
    original: bool,
    worlds: ChosenWorlds,
) -> None:
    from tabuah.storage.attachments.prepared_file import check_attachment_limit, prepare_file, split_new_and_known

    with call.open_store() as store:
        station = find_station(store.stations(), code, worlds.scope(store))
        validate_body(Attachment(sha256="0" * 64, name="", media_type="", size=0, caption=caption))
        prepared = [prepare_file(file, caption=caption, original=original) for file in files]
        new_files, duplicates = split_new_and_known(prepared, (file.attachment for file in station.files.kept))
        if duplicates:
            names = ", ".join(file.attachment.name for file in duplicates)
            raise click.UsageError(
                _("{file} is already attached to {number}").format(file=names, number=plain_code(station.code))
            )
        check_attachment_limit(station, len(new_files))
        for file in new_files:
            file.keep(store.attachments.files)
        about = FileTopic(topic)
        saved = store.save_all([attach_to_station(station, file.attachment, topic=about) for file in new_files])
    records = [
        _make_file_record(station, chained.entry.id, about, file.attachment)
        for chained, file in zip(saved, new_files, strict=True)
    ]
    call.show(records, lambda: _print_attached(records))


@station_group.command("files", help=N_("List the photos and documents of a station."))
@click.argument("code", metavar="CODE")
@click.option("--all", "with_removed", is_flag=True, help=N_("Include removed files with the reason."))
@exercise_option
@click.pass_obj
def list_files(call: Invocation, *, code: str, with_removed: bool, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        station = find_station(store.stations(), code, worlds.scope(store))
        files = [f for f in reversed(station.files.added) if with_removed or f.entry not in station.files.removals]
        states = store.attachments.states(file.attachment for file in files)
    headers = [_("File"), _("Topic"), _("Name"), _("Size"), _("Added"), _("By"), ""]
    rows = [_file_cells(station, file, states[file.attachment.sha256]) for file in files]
    records = [_make_listed_record(station, file, states[file.attachment.sha256]) for file in files]
    call.show_table(records, headers, rows, empty=_("There are no photos or documents of {code}.").format(code=code))


@station_group.command("detach", help=N_("Remove a photo or a document from a station; it stays in the history."))
@click.argument("code", metavar="CODE")
@click.argument("file", metavar="FILE")
@click.option("--reason", type=ReasonType(), required=True, metavar="TEXT", help=N_("Why."))
@exercise_option
@click.pass_obj
def detach_file(call: Invocation, *, code: str, file: str, reason: str, worlds: ChosenWorlds) -> None:
    with call.open_store() as store:
        station = find_station(store.stations(), code, worlds.scope(store))
        found = find_file(station, file)
        store.save(remove_from_station(station, found, reason=reason))
    message = _("Removed from {code}: {name}. It stays in the history.")
    message = message.format(code=plain_code(station.code), name=found.attachment.name)
    call.show(_make_file_record(station, found.entry, found.topic, found.attachment), lambda: print_text(message))


def find_file(station: Station, wanted: str) -> StationFile:
    """Return the file of a station by its name, or by the beginning of its SHA-256.

    Raises:
        UnknownKey: no file matches, or several do.
    """
    sought = wanted.strip().casefold()
    found = [
        file
        for file in station.files.kept
        if file.attachment.name.casefold() == sought
        or (len(sought) >= _MIN_HASH_DIGITS and file.attachment.sha256.startswith(sought))
    ]
    if len(found) == 1:
        return found[0]
    message = _("Several files of {code} are called {file}: use the first column of tabuah station files {code}")
    if not found:
        message = _("No file of {code} is called {file}. See: tabuah station files {code}")
    raise UnknownKey(message.format(code=plain_code(station.code), file=wanted))


def _make_file_record(station: Station, entry: str, topic: FileTopic, attachment: Attachment) -> AttachedFileRecord:
    return AttachedFileRecord(
        station=plain_code(station.code),
        entry=entry,
        name=attachment.name,
        topic=topic,
        sha256=attachment.sha256,
        size=attachment.size,
    )


def _print_attached(records: list[AttachedFileRecord]) -> None:
    from tabuah.resources.localisation import format_size

    for file in records:
        words = _("Attached to {number}: {name}, {size}")
        print_text(words.format(number=file.station, name=file.name, size=format_size(file.size)))


def _make_listed_record(station: Station, file: StationFile, state: AttachmentState) -> dict[str, Any]:
    removal = station.files.removals.get(file.entry)
    return {
        "entry": file.entry,
        "topic": file.topic,
        "by": file.by,
        "at": file.at,
        **msgspec.structs.asdict(file.attachment),
        **make_transfer_record(state),
        "removed": msgspec.structs.asdict(removal) if removal is not None else None,
        "exercise_id": exercise_id_json(station),
    }


def _file_cells(station: Station, file: StationFile, state: AttachmentState) -> list[str]:
    from tabuah.resources.localisation import format_size
    from tabuah.text.attachments.attachment_text import describe_transfer

    attachment, removal = file.attachment, station.files.removals.get(file.entry)
    standing = describe_transfer(state)
    if removal is not None:
        standing = _("removed by {name}: {reason}").format(name=removal.by, reason=removal.reason)
    return [
        attachment.sha256[:_SHOWN_HASH_DIGITS],
        code_label(file.topic),
        attachment.caption or attachment.name,
        format_size(attachment.size),
        format_moment(file.at),
        file.by,
        standing,
    ]
