"""Moves at a gauge: files are attached to it and removed from it by people who know nothing of each other."""

from histories import people
from histories.line import Trouble
from histories.moving import CONSOLES, CRASHES, PICKS, TROUBLES, Moving
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule
from station_files_samples import GAUGE, registration

from tabuah.operations.attachments import Attachment
from tabuah.operations.entries import Draft
from tabuah.operations.stations.files import FileTopic
from tabuah.operations.stations.gestures import attach_to_station, remove_from_station
from tabuah.operations.stations.station import Station

FILINGS = st.lists(st.tuples(st.booleans(), PICKS), min_size=1, max_size=3)


class StationMoves(Moving):
    """What people file at a gauge."""

    @rule(number=CONSOLES, filings=FILINGS, crash=CRASHES, troubles=TROUBLES, exchanges=st.booleans())
    def file_at_the_gauge(
        self, number: int, filings: list[tuple[bool, int]], crash: int, troubles: list[Trouble], exchanges: bool
    ) -> None:
        """Somebody attaches files or removes what they see, and perhaps has a line afterwards."""
        console = self.console(number)
        if not self.world.server.journal.states_of_kind("station"):
            self.world.server.journal.append_own([registration()])
            self.exchange(console)
        for adds, pick in filings:
            draft = self.filing(console, pick, adds=adds)
            if draft is not None:
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console, troubles)

    def filing(self, console: Console, pick: int, *, adds: bool) -> Draft | None:
        station = self.station_at(console)
        if station is None:
            return None
        if adds:
            console.store.attachments.files.add(people.photo_bytes(pick))
            topics = list(FileTopic)
            return attach_to_station(station, document(pick), topic=topics[pick % len(topics)])
        kept = station.files.kept
        return remove_from_station(station, kept[pick % len(kept)], reason="usang") if kept else None

    def station_at(self, console: Console) -> Station | None:
        return next((station for station in console.store.stations() if station.code == GAUGE.code), None)


def document(pick: int) -> Attachment:
    """The same few files as hang on incidents: one may hang on both."""
    photo = people.photo(pick)
    return Attachment(sha256=photo.sha256, name=photo.name, media_type=photo.media_type, size=photo.size)
