"""What the server remembers of a feed between readings, and through a restart: when it worked and what it said."""

import logging
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.server.feeds.fetching import Validators
from tabuah.storage.journal.protocol import FeedAside

log = logging.getLogger(__name__)

FILE_NAME: Final = "feeds.json"
MOST_ASIDES: Final = 20


class FeedRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How a feed fares; `fingerprint` is of what it said last, `failing_since` None while it works."""

    url: str = ""
    validators: Validators = Validators()
    fingerprint: str = ""
    first_tried_at: datetime | None = None
    last_tried_at: datetime | None = None
    last_success_at: datetime | None = None
    last_change_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    error: str = ""
    moved_to: str = ""
    readings: int = 0
    unchanged: int = 0
    new: int = 0
    revised: int = 0
    set_aside: int = 0
    refused: int = 0
    asides: list[FeedAside] = []
    said: tuple[str, ...] = ()  # of a forecast, which is no fact for the journal

    def put_aside(self, found: FeedAside) -> None:
        """Keep what could not be used, the newest first; the same again is only counted."""
        known = [aside for aside in self.asides if aside.reason != found.reason]
        self.asides = [found, *known][:MOST_ASIDES]


_DECODER: Final = msgspec.json.Decoder(dict[str, FeedRecord])


def read_records(directory: Path) -> dict[str, FeedRecord]:
    """The records by the name of the feed; a file that is damaged only means that all are asked anew."""
    try:
        return _DECODER.decode((directory / FILE_NAME).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("what was remembered of the feeds cannot be read: %s", error)
        return {}


def save_records(directory: Path, records: dict[str, FeedRecord]) -> None:
    """Keep them; where that fails they are only forgotten with the next restart."""
    file = directory / FILE_NAME
    unfinished = file.with_suffix(".new")
    try:
        unfinished.write_bytes(msgspec.json.encode(records))
        unfinished.replace(file)
    except OSError as error:
        log.warning("what is remembered of the feeds cannot be kept: %s", error)
