"""`tabuah station attach`, `files` and `detach`: photos and documents of a station, kept without a server."""

from pathlib import Path
from typing import Any, Final

import click
import msgspec

from tabuah.console.commands.incident_fields import checked
from tabuah.console.commands.incident_story import told_state
from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import say
from tabuah.console.commands.stations import find_station, station_group
from tabuah.operations.attachments import Attachment
from tabuah.operations.labels import label_of
from tabuah.operations.stations.files import FileTopic, StationFile
from tabuah.operations.stations.gestures import attach_to_station, remove_from_station
from tabuah.operations.stations.station import Station
from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.attachments import AttachmentState
from tabuah.storage.cache.errors import UnknownKey

_SHORTEST_HASH: Final = 6
_SHOWN_HASH: Final = 8
FileArgument = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)


class AttachedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file as `station attach` and `station detach` tell it."""

    station: str
    entry: str
    name: str
    topic: FileTopic
    sha256: str
    size: int


@station_group.command("attach", help=N_("Attach photos and documents to a station, all of them or none."))
@click.argument("code", metavar="CODE")
@click.argument("files", type=FileArgument, metavar="FILE…", nargs=-1, required=True)
@click.option("--caption", default="", metavar="TEXT", help=N_("What it shows."))
@click.option(
    "--topic",
    type=click.Choice([topic.value for topic in FileTopic]),
    default=FileTopic.OTHER.value,
    help=N_("What it is about: mounting, calibration, who has the keys, how to get there."),
)
@click.option("--original", is_flag=True, help=N_("Keep all pixels of a photo; else it is made smaller."))
@click.pass_obj
def attach(call: Invocation, *, code: str, files: tuple[Path, ...], caption: str, topic: str, original: bool) -> None:
    """Attach files to a station."""
    from tabuah.storage.attachments.preparing import check_room, prepare_file, split_known

    with call.open_store() as store:
        station = find_station(store.stations(), code)
        checked(Attachment(sha256="0" * 64, name="", media_type="", size=0, caption=caption))
        prepared = [prepare_file(file, caption=caption, original=original) for file in files]
        news, again = split_known(prepared, (file.attachment for file in station.files.kept))
        if again:
            names = ", ".join(file.attachment.name for file in again)
            raise click.UsageError(
                _("{file} is attached to {number} already").format(file=names, number=station.code)
            )
        check_room(station, len(news))
        for file in news:
            file.keep(store.attachments.files)
        about = FileTopic(topic)
        saved = store.save_all([attach_to_station(station, file.attachment, topic=about) for file in news])
    told = [
        _told(station, chained.entry.id, about, file.attachment) for chained, file in zip(saved, news, strict=True)
    ]
    call.show(told, lambda: _tell(told))


@station_group.command("files", help=N_("List the photos and documents of a station."))
@click.argument("code", metavar="CODE")
@click.option("--all", "with_removed", is_flag=True, help=N_("Also what was removed, and why."))
@click.pass_obj
def list_files(call: Invocation, *, code: str, with_removed: bool) -> None:
    """List the files of a station."""
    with call.open_store() as store:
        station = find_station(store.stations(), code)
        files = [f for f in reversed(station.files.added) if with_removed or f.entry not in station.files.removals]
        states = store.attachments.states(file.attachment for file in files)
    headers = [_("File"), _("What it is about"), _("Name"), _("Size"), _("Added"), _("By"), ""]
    rows = [_cells(station, file, states[file.attachment.sha256]) for file in files]
    records = [_record(station, file, states[file.attachment.sha256]) for file in files]
    call.show_table(
        records, headers, rows, empty=_("No photos and no documents of {code} are here.").format(code=code)
    )


@station_group.command("detach", help=N_("Remove a photo or a document from a station; it stays in the history."))
@click.argument("code", metavar="CODE")
@click.argument("file", metavar="FILE")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Why."))
@click.pass_obj
def detach(call: Invocation, *, code: str, file: str, reason: str) -> None:
    """Remove a file from a station."""
    with call.open_store() as store:
        station = find_station(store.stations(), code)
        found = find_file(station, file)
        store.save(remove_from_station(station, found, reason=reason))
    told = _("Removed from {code}: {name}. It stays in the history.")
    message = told.format(code=station.code, name=found.attachment.name)
    call.show(_told(station, found.entry, found.topic, found.attachment), lambda: say(message))


def find_file(station: Station, wanted: str) -> StationFile:
    """The file of a station that a person means by its name, or by how its SHA-256 begins.

    Raises:
        UnknownKey: none is meant, or several are.
    """
    sought = wanted.strip().casefold()
    found = [
        file
        for file in station.files.kept
        if file.attachment.name.casefold() == sought
        or (len(sought) >= _SHORTEST_HASH and file.attachment.sha256.startswith(sought))
    ]
    if len(found) == 1:
        return found[0]
    told = _("Several files of {code} are called {file}: name one by its first column in tabuah station files {code}")
    if not found:
        told = _("No file of {code} is called {file}. See: tabuah station files {code}")
    raise UnknownKey(told.format(code=station.code, file=wanted))


def _told(station: Station, entry: str, topic: FileTopic, attachment: Attachment) -> AttachedFile:
    return AttachedFile(
        station=station.code,
        entry=entry,
        name=attachment.name,
        topic=topic,
        sha256=attachment.sha256,
        size=attachment.size,
    )


def _tell(told: list[AttachedFile]) -> None:
    from tabuah.console.attachment_words import size_words

    for file in told:
        words = _("Attached to {number}: {name}, {size}")
        say(words.format(number=file.station, name=file.name, size=size_words(file.size)))


def _record(station: Station, file: StationFile, state: AttachmentState) -> dict[str, Any]:
    removal = station.files.removals.get(file.entry)
    return {
        "entry": file.entry,
        "topic": file.topic,
        "by": file.by,
        "at": file.at,
        **msgspec.structs.asdict(file.attachment),
        **told_state(state),
        "removed": msgspec.structs.asdict(removal) if removal is not None else None,
    }


def _cells(station: Station, file: StationFile, state: AttachmentState) -> list[str]:
    from tabuah.console.attachment_words import size_words, standing_words

    attachment, removal = file.attachment, station.files.removals.get(file.entry)
    standing = standing_words(state)
    if removal is not None:
        standing = _("removed by {name}: {reason}").format(name=removal.by, reason=removal.reason)
    return [
        attachment.sha256[:_SHOWN_HASH],
        label_of(file.topic),
        attachment.caption or attachment.name,
        size_words(attachment.size),
        format_moment(file.at),
        file.by,
        standing,
    ]
