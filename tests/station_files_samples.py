"""A station that is registered at a server, and files that hang on it."""

import hashlib

from readings_room import gauge

from tabuah.operations.attachments import Attachment
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.gestures import attach_to_station
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.store import ConsoleStore

GAUGE = gauge()
SUBJECT = subject_of("station", GAUGE.code)


def registration(station: Station = GAUGE) -> Draft:
    """What the server writes when a station is set up."""
    return Draft(
        subject=subject_of("station", station.code),
        kind="station.registered",
        body=encode_body(StationRegistered(station=station)),
    )


def sheet(content: bytes = b"lembar kalibrasi", *, name: str = "kalibrasi.pdf") -> Attachment:
    """A document by its content."""
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(sha256=digest, name=name, media_type="application/pdf", size=len(content))


def station_of(store: ConsoleStore, code: str = GAUGE.code) -> Station:
    """The station as a console shows it."""
    return next(station for station in store.stations() if station.code == code)


def attach(store: ConsoleStore, content: bytes = b"lembar kalibrasi") -> Attachment:
    """Attach a file to the gauge at a console."""
    store.attachments.files.add(content)
    attached = sheet(content)
    store.save(attach_to_station(station_of(store), attached))
    return attached
