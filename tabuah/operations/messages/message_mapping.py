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


class AutomaticMark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field that says that a program wrote a message, if it has one of the `values`; case does not matter."""

    path: PathText
    values: Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(min_length=1, max_length=30)]


class MessageMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of document.

    A path such as `text.body` descends into objects, and a number into a list; a list without a number is its only
    item. `items` is the path of the messages: there, each list means all of its items. A path that begins with `^.`
    starts one object above the message.

    Attributes:
        id: parts of the id of a message in the other system.
        sender: parts of the sender as people read it: name, number.
        address: where an answer goes.
        text: parts of the text, each in a line of its own; none for the channel `cap`, whose form is fixed.
        zone: of times without one; empty means the regency's.
        lon, lat: the position in degrees.
        geopoint: the position as ODK writes it: latitude, longitude, altitude, accuracy.
        reply_to: the id by which an answer names the message in the other system.
        automatic: fields that say that a program wrote the message.
        answer_channel: the channel of `notices.toml` through which answers go; empty where there are none.
    """

    channel: MessageChannel
    items: PathText = ""
    id: Paths = ()
    sender: Paths = ()
    address: PathText = ""
    reply_to: PathText = ""
    answer_channel: Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9_-]{0,39})?$")] = ""
    text: Annotated[tuple[PathText | TextPart, ...], Meta(max_length=100)] = ()
    time: PathText = ""
    time_format: TimeFormat = TimeFormat.ISO
    zone: Annotated[str, Meta(pattern=r"^([+-]\d\d:\d\d)?$")] = ""
    lon: PathText = ""
    lat: PathText = ""
    geopoint: PathText = ""
    automatic: Annotated[tuple[PathText | AutomaticMark, ...], Meta(max_length=30)] = ()
    attachments: Annotated[tuple[AttachmentMapping, ...], Meta(max_length=30)] = ()

    def __post_init__(self) -> None:
        if not self.text and self.channel is not MessageChannel.CAP:
            raise ValueError("`text` is missing")

    @property
    def default_zone(self) -> tzinfo:
        """Return the zone of times that name none."""
        return (datetime.fromisoformat(f"2026-01-01T00:00{self.zone}").tzinfo if self.zone else None) or home_zone()

    @property
    def text_parts(self) -> tuple[TextPart, ...]:
        """Return the parts of the text, those that are only a path included."""
        return tuple(each if isinstance(each, TextPart) else TextPart(path=each) for each in self.text)
