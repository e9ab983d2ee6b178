"""Earthquakes and weather warnings as the command palette finds them: by size, place, kecamatan or title."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from tabuah.console.window.presenting.bulletin_layers import drill_words
from tabuah.console.window.presenting.source_items import LISTED_FOR
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.telling import tell_size, tell_validity
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.codes import Hazard
from tabuah.operations.labels import label_of
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment
from tabuah.widgets.palette.palette_item import PaletteItem

EARTHQUAKE: Final = "earthquake"
WARNING: Final = "warning"


def bulletin_items(snapshot: RoomSnapshot, now: datetime) -> Iterator[PaletteItem]:
    """What the panel of sources lists, too, the newest first."""
    quakes = [quake for quake in snapshot.earthquakes.values() if now - quake.latest.at <= LISTED_FOR]
    yield from map(_earthquake, sorted(quakes, key=lambda quake: quake.latest.at, reverse=True))
    warnings = [warning for warning in snapshot.warnings.values() if now - warning.issued.sent <= LISTED_FOR]
    for warning in sorted(warnings, key=lambda warning: warning.issued.sent, reverse=True):
        yield _warning(warning, now)


def _earthquake(quake: KnownEarthquake) -> PaletteItem:
    latest, felt = quake.latest, " ".join(felt.place for felt in quake.felt)
    told = (label_of(Hazard.EARTHQUAKE), tell_size(latest), latest.region)
    return PaletteItem(
        id=quake.id,
        kind=EARTHQUAKE,
        title=drill_words(quake.exercise, " · ".join(part for part in told if part)),
        detail=f"{format_moment(latest.at)} · {latest.source}",
        icon="alert",
        words=f"M{latest.magnitude} {latest.magnitude} {felt}",  # also with a point, as scripts and sites write it
    )


def _warning(warning: KnownWarning, now: datetime) -> PaletteItem:
    issued = warning.issued
    return PaletteItem(
        id=warning.id,
        kind=WARNING,
        title=drill_words(warning.exercise, issued.headline or issued.event or warning.id),
        detail=f"{_('Weather warning')} · {tell_validity(warning, now)}",
        icon="rain",
        words=f"{issued.event} {' '.join(issued.kecamatan)} {issued.source}",
    )
