"""Moves at a gauge: files attached and removed by independent users."""

from histories import gestures as people
from histories.base_machine import CONSOLES, CRASHES, PICKS, TROUBLES, HistoryMachine
from histories.faulty_transport import Trouble
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule
from support.station_file_samples import GAUGE, registration_draft

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.stations.drafts import attach_to_station, remove_from_station
from tabuah.operations.stations.files import FileTopic
from tabuah.operations.stations.station import Station

FILINGS = st.lists(st.tuples(st.booleans(), PICKS), min_size=1, max_size=3)


class StationMoves(HistoryMachine):
    """Moves of files at a gauge."""

    @rule(number=CONSOLES, filings=FILINGS, crash=CRASHES, troubles=TROUBLES, exchanges=st.booleans())
    def file_at_the_gauge(
        self, number: int, filings: list[tuple[bool, int]], crash: int, troubles: list[Trouble], exchanges: bool
    ) -> None:
        """Attach or remove files, and perhaps sync afterwards."""
        console = self.console(number)
        if not self.world.server.journal.states_of_kind("station"):
            self.world.server.journal.append_drafts([registration_draft()])
            self.exchange(console)
        for adds, pick in filings:
            station = self.station_at(console)
            if station is not None:
                self.file(console, station, pick, adds=adds, crash=crash)
        if exchanges:
            self.exchange(console, troubles)

    def file(self, console: Console, station: Station, pick: int, *, adds: bool, crash: int) -> None:
        """Attach a file, or remove one of the attached ones."""
        kept, topics = station.files.kept, list(FileTopic)
        if adds:
            draft = attach_to_station(station, document(pick), topic=topics[pick % len(topics)])
            with self.storing_photo(console, pick):
                self.save(console, draft, None, crash)
        elif kept:
            self.save(console, remove_from_station(station, kept[pick % len(kept)], reason="usang"), None, crash)

    def station_at(self, console: Console) -> Station | None:
        return next((station for station in console.store.stations() if station.code == GAUGE.code), None)


def document(pick: int) -> Attachment:
    """Return one of a few files also used by incidents: one may be attached to both."""
    photo = people.photo(pick)
    return Attachment(sha256=photo.sha256, name=photo.name, media_type=photo.media_type, size=photo.size)
