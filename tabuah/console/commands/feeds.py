"""`tabuah feed`: what one of BMKG's files says, how far it is from the regency, and what was set aside and why."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tabuah.console.commands.invocation import Invocation
from tabuah.console.commands.output import print_facts, print_table, say
from tabuah.console.commands.speaking import TabuahGroup
from tabuah.resources.catalogue import N_, _, ngettext
from tabuah.resources.formats import format_moment, format_number

if TYPE_CHECKING:
    from tabuah.operations.feeds.nearness import Nearness, Region
    from tabuah.operations.feeds.reading import Finding
    from tabuah.operations.feeds.recognising import AnyReading
    from tabuah.storage.journal.protocol import FeedsReply

MAX_BYTES: Final = 10_000_000

feed_group = TabuahGroup("feed", help=N_("Read BMKG's feeds, and see how those fare that the server asks."))


@feed_group.command("status", help=N_("Ask the server how its feeds fare."))
@click.pass_obj
def feed_status(call: Invocation) -> None:
    """Tell how the server's feeds fare."""
    from tabuah.storage.journal.protocol import FeedsReply
    from tabuah.storage.sync.session import ConsoleSession

    with call.open_store() as store:
        now, session = store.now(), ConsoleSession(store)
        with session.client as client:
            reply = client.call("GET", "/v1/feeds", FeedsReply)
    call.show(reply, lambda: _tell_feeds(reply, now))


def _tell_feeds(reply: "FeedsReply", now: datetime) -> None:
    from tabuah.console.feed_words import age_line, counts_line, problem_line, state_word

    if not reply.feeds:
        say(_("The server asks no feeds. It does with: tabuah server --feeds"))
    else:
        rows = [[f.title, state_word(f), age_line(f, now), problem_line(f) or counts_line(f)] for f in reply.feeds]
        print_table([_("Feed"), _("State"), _("Last"), ""], rows)
    say(_("By which rules they raise alarms: tabuah rule list"))


@feed_group.command("bmkg", help=N_("Read an earthquake list, a warning, a warning list or a forecast of BMKG."))
@click.argument("source", metavar="FILE|URL")
@click.pass_obj
def bmkg(call: Invocation, *, source: str) -> None:
    """Print what was read."""
    from tabuah.operations.feeds.describing import to_json
    from tabuah.operations.feeds.recognising import read_feed

    reading = read_feed(_bytes_of(source), now=datetime.now(UTC))
    region = _region(call.data)
    call.show(to_json(reading, region=region), lambda: _tell(reading, region))


def _bytes_of(source: str) -> bytes:
    from tabuah.console.commands.fetching import fetch, is_address

    if is_address(source):
        return fetch(source, limit_bytes=MAX_BYTES)
    path = Path(source)
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # the reader tells what is too large
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.UsageError(_("{path} cannot be read: {reason}").format(path=path, reason=reason)) from error


def _region(directory: Path) -> "Region":
    """The regency with its outline, official where it was imported."""
    from tabuah.operations.bulletins.region import region_of
    from tabuah.storage.cache.maps import load_maps

    return region_of(load_maps(directory).basemap)


def _tell(reading: "AnyReading", region: "Region") -> None:
    from tabuah.operations.feeds.describing import one_line
    from tabuah.operations.feeds.nearness import nearness_of

    count = len(reading.items)
    print_facts(
        [
            (_("Source"), f"{reading.source} ({reading.kind})"),
            (_("Issued"), format_moment(reading.issued_at) if reading.issued_at else ""),
            (_("Read"), ngettext("{n} item", "{n} items", count).format(n=count)),
        ]
    )
    for item in reading.items:
        say(f"- {one_line(item)}")
        say(f"  {_nearness_words(nearness_of(item, region), region)}")
    _tell_findings(_("Set aside:"), reading.set_aside)
    _tell_findings(_("Notes:"), reading.notes)


def _nearness_words(near: "Nearness", region: "Region") -> str:
    from tabuah.operations.feeds.nearness import Relation

    distance = "" if near.distance_km is None else format_number(near.distance_km)
    match near.relation:
        case Relation.INSIDE:
            told = _("in {regency}")
        case Relation.NEAR:
            told = _("{distance} km from the middle of {regency}: near")
        case Relation.FAR:
            told = _("{distance} km from the middle of {regency}")
        case Relation.UNKNOWN:
            told = _("names no place in {regency}")
    words = told.format(distance=distance, regency=region.name)
    return f"{words} ({', '.join(near.named)})" if near.named else words


def _tell_findings(heading: str, findings: "Sequence[Finding]") -> None:
    if not findings:
        return
    say(heading)
    for finding in findings:
        where = _("whole feed") if finding.index is None else _("item {n}").format(n=finding.index + 1)
        say(f"- {where}: {finding.reason}")
