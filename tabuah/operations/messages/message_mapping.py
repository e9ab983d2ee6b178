"""Message mapping: where the fields of a message are in the documents of one kind of gateway."""

from datetime import datetime, tzinfo
from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.gateways.mapping import TimeFormat
from tabuah.operations.messages.message import AttachmentKind, MessageChannel
from tabuah.resources.time_zone import home_zone

PathText = Annotated[str, Meta(max_length=200)]
Paths = Annotated[tuple[PathText, ...], Meta(max_length=30)]


class TextPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the text; `label` stands before it. With `html` its tags, scripts and comments are removed.

    With `instead_of`, it is used only where there is nothing at that path.
    """

    path: PathText
    label: Annotated[str, Meta(max_length=100)] = ""
    html: bool = False
    instead_of: PathText = ""


class AttachmentMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of a message, if there is something at `path`; with `each`, one file for each item of a list.

    `size` is the path of its bytes. Without `kind` the file is a photo, video, sound or document by its media type,
    whose path is `type`.
    """

    path: PathText
    kind: AttachmentKind | None = None
    size: PathText = ""
    type: PathText = ""
    each: bool = False


class MessageMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of document.

    A path such as `text.body` descends into objects, and a number into a list; a list without a number is its only
    item. `items` is the path of the messages: there, each list means all of its items. A path that begins with `^.`
    starts one object above the message.

    Attributes:
        id: parts of the id of a message in the other system.
        sender: parts of the sender as people read it: name, number.
        address: where an answer goes.
        text: parts of the text, each in a line of its own.
        zone: of times without one; empty means the regency's.
        lon, lat: the position in degrees.
        geopoint: the position as ODK writes it: latitude, longitude, altitude, accuracy.
        automatic: fields that say that a program wrote the message.
    """

    channel: MessageChannel
    items: PathText = ""
    id: Paths = ()
    sender: Paths = ()
    address: PathText = ""
    text: Annotated[tuple[PathText | TextPart, ...], Meta(min_length=1, max_length=100)]
    time: PathText = ""
    time_format: TimeFormat = TimeFormat.ISO
    zone: Annotated[str, Meta(pattern=r"^([+-]\d\d:\d\d)?$")] = ""
    lon: PathText = ""
    lat: PathText = ""
    geopoint: PathText = ""
    automatic: Paths = ()
    attachments: Annotated[tuple[AttachmentMapping, ...], Meta(max_length=30)] = ()

    @property
    def default_zone(self) -> tzinfo:
        """Return the zone of times that name none."""
        return (datetime.fromisoformat(f"2026-01-01T00:00{self.zone}").tzinfo if self.zone else None) or home_zone()

    @property
    def text_parts(self) -> tuple[TextPart, ...]:
        """Return the parts of the text, those that are only a path included."""
        return tuple(each if isinstance(each, TextPart) else TextPart(path=each) for each in self.text)
