"""All parsers of foreign data, each with its documented errors."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec

from tabuah.console.commands.readings.readings_csv import read_readings_csv
from tabuah.gis.errors import TileArchiveError
from tabuah.gis.tiles.tile_reader import open_tiles
from tabuah.operations.bounds import find_excess
from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.feeds.earthquakes import parse_earthquakes
from tabuah.operations.feeds.errors import FeedError
from tabuah.operations.feeds.nowcast_rss import parse_nowcast_rss
from tabuah.operations.feeds.sources import InvalidFeedSources, read_sources
from tabuah.operations.feeds.weather_forecast import parse_forecast
from tabuah.operations.gateways.configuration import BadConfiguration, read_mappings
from tabuah.operations.gateways.mapping import GatewayMapping, PayloadFormat, TopicPlaces, ValueMapping
from tabuah.operations.gateways.payloads import read_payload
from tabuah.operations.messages.alert_document import read_alert
from tabuah.operations.messages.html_reader import text_of_html
from tabuah.operations.messages.mail_document import read_mail
from tabuah.operations.messages.mapping_file import (
    OF_MAILBOXES,
    BadMessageMappings,
    read_message_mappings,
    shipped_mapping,
)
from tabuah.operations.messages.message_document import UnreadableDocument, read_document
from tabuah.operations.notices.settings import InvalidNoticeSettings, read_notice_settings
from tabuah.operations.readings.reading import PostedReading
from tabuah.operations.rules.rule_file import InvalidRule, read_rule
from tabuah.operations.webhooks.settings import InvalidWebhookSettings, read_webhook_settings
from tabuah.server.errors import Refusal
from tabuah.server.readings.routes import parse_batch
from tabuah.storage.readings.errors import InvalidRetention
from tabuah.storage.readings.retention_file import parse_retention

CORPUS = Path(__file__).resolve().parent / "corpus"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
GAUGE = TopicPlaces(station="SLK-AWLR-03", parameter="stage_m")
UPLINK = GatewayMapping(
    name="x",
    topic="x/#",
    station="id",
    values=(
        ValueMapping(path="v", parameter="stage_m"),
        ValueMapping(path="uplink.values.0.v", parameter="stage_m", unit="cm"),
    ),
)
LOGGER = GatewayMapping(
    name="x",
    topic="x/{station}",
    format=PayloadFormat.CSV,
    time="Waktu",
    zone="+07:00",
    values=(ValueMapping(path="TMA (cm)", parameter="stage_m", unit="cm"),),
)
TILE_PLACES = ((0, 0, 0), (1, 1, 0), (2, 0, 3), (2, 3, 3), (12, 3423, 1763))
PACK = GatewayMapping(name="x", topic="x/#", format=PayloadFormat.SENML)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """A parser: `read` returns a value or raises one of `refusals`; its seeds are in the folder of its name."""

    name: str
    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...] = ()

    def seeds(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted((CORPUS / self.name).iterdir())]


def _of_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """Adapt a parser of text to the bytes of a file."""
    return lambda data: read(data.decode("utf-8", "replace"))


def _of_payload(mapping: GatewayMapping) -> Callable[[bytes], object]:
    return lambda data: _check_posted(read_payload(mapping, GAUGE, data, NOW))


def _check_posted(posted: tuple[PostedReading, ...]) -> tuple[PostedReading, ...]:
    """Check that each is a valid reading or has a reason."""
    for each in posted:
        assert (each.reading is None) == (each.doubt is not None)
        msgspec.json.encode(each.reading)
        each.raw.encode()
    return posted


def _of_tiles(suffix: str) -> Callable[[bytes], object]:
    """Adapt the reader of a tile archive: open a file with these bytes, then read its metadata and tiles."""

    def read(data: bytes) -> object:
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"seed{suffix}"
            file.write_bytes(data)
            with closing(open_tiles(file)) as archive:
                return archive.facts, *(archive.tile(*place) for place in TILE_PLACES)

    return read


def _read_messages(data: bytes) -> object:
    """Read the document of a messenger; what is read can be stored and sent."""
    found = read_document(shipped_mapping("whatsapp-cloud"), data, NOW)
    msgspec.json.encode(found)
    return found


def _read_alert(data: bytes) -> object:
    """Read a CAP alert as a message that can be stored."""
    found = read_alert(data, NOW)
    msgspec.json.encode(found)
    assert found.alert is None or not find_excess(found.alert)
    return found


def _read_mail(data: bytes) -> object:
    """Read a mail, and the message that a mailbox makes of it."""
    document = msgspec.json.encode(read_mail(data, received_at=NOW))
    found = read_document(shipped_mapping(OF_MAILBOXES), document, NOW)
    msgspec.json.encode(found)
    return found


PARSERS = (
    Parser(name="messages_mail", read=_read_mail),
    Parser(name="messages_json", read=_read_messages, refusals=(UnreadableDocument,)),
    Parser(name="messages_toml", read=_of_text(read_message_mappings), refusals=(BadMessageMappings,)),
    Parser(name="messages_html", read=_of_text(text_of_html)),
    Parser(name="earthquakes", read=parse_earthquakes, refusals=(FeedError,)),
    Parser(name="cap", read=parse_cap, refusals=(FeedError,)),
    Parser(name="messages_cap", read=_read_alert, refusals=(FeedError,)),
    Parser(name="nowcast_rss", read=parse_nowcast_rss, refusals=(FeedError,)),
    Parser(name="forecast", read=parse_forecast, refusals=(FeedError,)),
    Parser(name="payload_json", read=_of_payload(UPLINK)),
    Parser(name="payload_csv", read=_of_payload(LOGGER)),
    Parser(name="payload_senml", read=_of_payload(PACK)),
    Parser(name="readings_http", read=lambda data: _check_posted(parse_batch(data).posted), refusals=(Refusal,)),
    Parser(name="readings_csv", read=_of_text(read_readings_csv), refusals=(click.UsageError,)),
    Parser(name="rule", read=_of_text(read_rule), refusals=(InvalidRule,)),
    Parser(name="gateways_toml", read=_of_text(read_mappings), refusals=(BadConfiguration,)),
    Parser(name="webhooks_toml", read=_of_text(read_webhook_settings), refusals=(InvalidWebhookSettings,)),
    Parser(name="notices_toml", read=_of_text(read_notice_settings), refusals=(InvalidNoticeSettings,)),
    Parser(name="feeds_toml", read=_of_text(read_sources), refusals=(InvalidFeedSources,)),
    Parser(name="keeping_toml", read=_of_text(parse_retention), refusals=(InvalidRetention,)),
    Parser(name="pmtiles", read=_of_tiles(".pmtiles"), refusals=(TileArchiveError,)),
    Parser(name="mbtiles", read=_of_tiles(".mbtiles"), refusals=(TileArchiveError,)),
)
