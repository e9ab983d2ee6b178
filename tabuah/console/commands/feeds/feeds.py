"""`tabuah feed`: content of a BMKG file with distances, and the state of the server's feeds."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tabuah.console.commands.command_classes import TabuahGroup
from tabuah.console.commands.invocation import Invocation, print_facts, print_table, print_text
from tabuah.resources.localisation import N_, _, format_moment, format_number, ngettext

if TYPE_CHECKING:
    from tabuah.operations.feeds.detection import AnyReading
    from tabuah.operations.feeds.feed_reading import FeedNote
    from tabuah.operations.feeds.proximity import Proximity, Region
    from tabuah.storage.journal.protocol import FeedsReply

MAX_BYTES: Final = 10_000_000

feed_group = TabuahGroup("feed", help=N_("Read BMKG's feeds, and check the feeds of the server."))


@feed_group.command("status", help=N_("Show the state of the server's feeds."))
@click.pass_obj
def show_feed_status(call: Invocation) -> None:
    from tabuah.storage.journal.protocol import FeedsReply
    from tabuah.storage.sync.session import ConsoleSession

    with call.open_store() as store:
        now, session = store.now(), ConsoleSession(store)
        with session.client as client:
            reply = client.call("GET", "/v1/feeds", FeedsReply)
    call.show(reply, lambda: _print_feed_status(reply, now))


def _print_feed_status(reply: "FeedsReply", now: datetime) -> None:
    from tabuah.text.feeds.feed_status import (
        describe_feed_age,
        describe_feed_counts,
        describe_feed_problem,
        describe_feed_state,
    )

    if not reply.feeds:
        print_text(_("The server polls no feeds. Start it with: tabuah server --feeds"))
    else:
        rows = [
            [
                f.title,
                describe_feed_state(f),
                describe_feed_age(f, now),
                describe_feed_problem(f) or describe_feed_counts(f),
            ]
            for f in reply.feeds
        ]
        print_table([_("Feed"), _("State"), _("Last"), ""], rows)
    print_text(_("Rules for alarms from feeds: tabuah rule list"))


@feed_group.command("bmkg", help=N_("Read an earthquake list, a warning, a warning list or a forecast of BMKG."))
@click.argument("source", metavar="FILE|URL")
@click.pass_obj
def read_bmkg(call: Invocation, *, source: str) -> None:
    from tabuah.operations.feeds.detection import read_feed
    from tabuah.text.feeds.feed_items import feed_to_json

    reading = read_feed(_read_source(source), now=datetime.now(UTC))
    region = _read_region(call.data)
    call.show(feed_to_json(reading, region=region), lambda: _print_reading(reading, region))


def _read_source(source: str) -> bytes:
    from tabuah.console.commands.feeds.download import download, is_url

    if is_url(source):
        return download(source, limit_bytes=MAX_BYTES)
    path = Path(source)
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # the reader reports oversized files
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.UsageError(_("{path} cannot be read: {reason}").format(path=path, reason=reason)) from error


def _read_region(directory: Path) -> "Region":
    """Return the regency with its outline, official where imported."""
    from tabuah.operations.bulletins.region import region_of
    from tabuah.storage.cache.map.maps import load_maps

    return region_of(load_maps(directory).base_map)


def _print_reading(reading: "AnyReading", region: "Region") -> None:
    from tabuah.operations.feeds.proximity import proximity_of
    from tabuah.text.feeds.feed_items import describe_feed_item

    count = len(reading.items)
    print_facts(
        [
            (_("Source"), f"{reading.source} ({reading.kind})"),
            (_("Issued"), format_moment(reading.issued_at) if reading.issued_at else ""),
            (_("Read"), ngettext("{n} item", "{n} items", count).format(n=count)),
        ]
    )
    for item in reading.items:
        print_text(f"- {describe_feed_item(item)}")
        print_text(f"  {_describe_nearness(proximity_of(item, region), region)}")
    _print_findings(_("Skipped:"), reading.set_aside)
    _print_findings(_("Notes:"), reading.notes)


def _describe_nearness(near: "Proximity", region: "Region") -> str:
    from tabuah.operations.feeds.proximity import RegionRelation

    distance = "" if near.distance_km is None else format_number(near.distance_km)
    match near.relation:
        case RegionRelation.INSIDE:
            message = _("in {regency}")
        case RegionRelation.NEAR:
            message = _("{distance} km from the centre of {regency}: near")
        case RegionRelation.FAR:
            message = _("{distance} km from the centre of {regency}")
        case RegionRelation.UNKNOWN:
            message = _("names no place in {regency}")
    words = message.format(distance=distance, regency=region.name)
    return f"{words} ({', '.join(near.named)})" if near.named else words


def _print_findings(heading: str, findings: "Sequence[FeedNote]") -> None:
    from tabuah.text.feeds.remarks import describe_remark

    if not findings:
        return
    print_text(heading)
    for finding in findings:
        where = _("whole feed") if finding.index is None else _("item {n}").format(n=finding.index + 1)
        print_text(f"- {where}: {describe_remark(finding.reason)}")
