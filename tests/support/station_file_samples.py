"""A registered station, and files attached to it."""

import hashlib

from support.readings_fixture import gauge

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.stations.drafts import attach_to_station
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.store import ConsoleStore

GAUGE = gauge()
SUBJECT = subject_of("station", GAUGE.code)


def registration_draft(station: Station = GAUGE) -> Draft:
    """Return the draft that registers a station."""
    return Draft(
        subject=subject_of("station", station.code),
        kind="station.registered",
        body=encode_body(StationRegistered(station=station)),
    )


def sample_document(content: bytes = b"lembar kalibrasi", *, name: str = "kalibrasi.pdf") -> Attachment:
    """Return a document with this content."""
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(sha256=digest, name=name, media_type="application/pdf", size=len(content))


def station_of(store: ConsoleStore, code: str = GAUGE.code) -> Station:
    """Return the station as a console shows it."""
    return next(station for station in store.stations() if station.code == code)


def attach_document(store: ConsoleStore, content: bytes = b"lembar kalibrasi") -> Attachment:
    """Attach a file to the gauge at a console."""
    store.attachments.files.add(content)
    attached = sample_document(content)
    store.save(attach_to_station(station_of(store), attached))
    return attached
