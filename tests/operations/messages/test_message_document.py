"""Documents of messengers, forms and mail programs, read by the mappings that ship."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tabuah.operations.messages.html_reader import text_of_html
from tabuah.operations.messages.inbound_message import LONGEST_TEXT, InboundMessage
from tabuah.operations.messages.mapping_file import (
    SHIPPED,
    BadMessageMappings,
    read_message_mappings,
    shipped_mapping,
)
from tabuah.operations.messages.message import AttachmentKind, MessageAttachment, MessageChannel, MessagePosition
from tabuah.operations.messages.message_document import MAX_DOCUMENT_BYTES, UnreadableDocument, read_document

DOCUMENTS = Path(__file__).resolve().parent / "documents"
NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)


def read(mapping: str, document: str) -> tuple[InboundMessage | None, ...]:
    return read_document(shipped_mapping(mapping), (DOCUMENTS / f"{document}.json").read_bytes(), NOW)


def read_simple(*messages: object) -> tuple[InboundMessage | None, ...]:
    return read_document(shipped_mapping("simple"), json.dumps({"messages": messages}).encode(), NOW)


def one(message: object) -> InboundMessage:
    (found,) = read_simple(message)
    assert found is not None
    return found


def test_whatsapp_text_has_sender_number_time_and_lines():
    (found,) = read("whatsapp-cloud", "whatsapp_text")
    assert found is not None
    assert (found.channel, found.sender) == (MessageChannel.WHATSAPP, "Yanti · 6281234567890")
    assert (found.address, found.text) == ("6281234567890", "Air naik di Koto Baru,\nmohon bantuan")
    assert found.external_id.startswith("wamid.")
    assert found.sent_at == datetime(2026, 12, 2, 2, 30, tzinfo=UTC)


def test_whatsapp_media_and_location_are_read_and_no_name_is_guessed():
    video, place = read("whatsapp-cloud", "whatsapp_media")
    assert video is not None
    assert place is not None
    assert (video.text, video.sender) == ("banjir", "1")
    assert video.attachments == (MessageAttachment(kind=AttachmentKind.VIDEO, size_bytes=209_715_200),)
    assert (place.text, place.position) == ("Masjid Raya", MessagePosition(lon_deg=100.65, lat_deg=-0.85))


def test_whatsapp_status_has_no_message():
    assert read("whatsapp-cloud", "whatsapp_status") == ()


def test_telegram_photo_counts_once_and_a_bot_is_automatic():
    (photo,) = read("telegram", "telegram")
    assert photo is not None
    assert (photo.sender, photo.address, photo.text) == ("Siti · Aminah · siti", "1111111", "longsor di jalan")
    assert photo.attachments == (MessageAttachment(kind=AttachmentKind.PHOTO, size_bytes=90_000),)
    assert (photo.external_id, photo.automatic) == ("1111111 1365", False)
    (bot,) = read("telegram", "telegram_bot")
    assert bot is not None
    assert bot.automatic


def test_form_has_labelled_fields_position_and_files_without_names():
    (found,) = read("kobo", "kobo")
    assert found is not None
    assert (found.text, found.sender) == ("Kejadian: banjir\nsetinggi lutut", "Pak Budi · 0812 345")
    assert found.position == MessagePosition(lon_deg=100.65, lat_deg=-0.79)
    assert [each.kind for each in found.attachments] == [AttachmentKind.PHOTO, AttachmentKind.DOCUMENT]
    assert found.sent_at == datetime(2026, 12, 2, 1, 30, tzinfo=UTC)


def test_email_of_hostile_html_is_plain_text_and_an_automatic_reply_is_marked():
    letter, reply = read("email-json", "email")
    assert letter is not None
    assert reply is not None
    assert letter.text == "Jembatan putus\n\nJembatan <lama> putus\n\nAir > 2 m\nmohon alat berat"
    assert (letter.automatic, reply.automatic) == (False, True)
    assert reply.text == "Di luar kantor\nSaya cuti"


@pytest.mark.parametrize("piece", ["<!--", "<script>", "<a ", "<", "</script", "<script ", "&", "<p><", "&lt;"])
def test_html_is_read_in_linear_time(piece: str):
    assert len(text_of_html(piece * (500_000 // len(piece)))) <= 500_000  # a slower reader never ends here


def test_long_text_is_cut_and_counted_and_hidden_characters_go():
    found = one({"text": "a\u202eb\x00\ud800" + "x" * 5_000, "sender": "Bu\n\u202e Yanti"})
    assert (len(found.text), found.cut) == (LONGEST_TEXT, 1_002)
    assert found.text.startswith("abx")
    assert found.sender == "Bu Yanti"


@pytest.mark.parametrize(
    "message", [None, 5, "text", [], {}, {"text": " \n"}, {"text": {"a": 1}}, {"text": ["a", "b"]}]
)
def test_message_without_anything_to_answer_is_none(message: object):
    assert read_simple(message, {"text": "air"})[-1:] == (one({"text": "air"}),)
    assert read_simple(message)[:1] in ((None,), ())


@pytest.mark.parametrize(
    "time_text", ["", "kemarin", "1999-01-01T00:00:00Z", "2027-01-01T00:00:00Z", True, 1e300, []]
)
def test_impossible_time_is_left_out(time_text: object):
    assert one({"text": "air", "time": time_text}).sent_at is None


@pytest.mark.parametrize(
    ("lon", "lat"), [(0, 0), (200, 0), ("x", 1), (None, 1), (float("nan"), 1), (10**400, 1), (100.6, float("inf"))]
)
def test_impossible_position_is_left_out(lon: object, lat: object):
    assert one({"text": "air", "lon_deg": lon, "lat_deg": lat}).position is None


def test_geopoint_of_odk_is_latitude_first():
    text = 'message = [{ account = "odk", use = "kobo", geopoint = "lokasi_gps" }]'
    document = b'{"catatan": "air", "lokasi_gps": "-0.85 100.65 400 5"}'
    (found,) = read_document(read_message_mappings(text)["odk"], document, NOW)
    assert found is not None
    assert found.position == MessagePosition(lon_deg=100.65, lat_deg=-0.85)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "not_json"),
        (b"\xff", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b" " * (MAX_DOCUMENT_BYTES + 1), "too_large"),
        (json.dumps({"messages": [{"text": "a"}] * 101}).encode(), "too_many_messages"),
    ],
)
def test_unreadable_document_is_refused_with_a_code(document: bytes, code: str):
    with pytest.raises(UnreadableDocument, match=code):
        read_document(shipped_mapping("simple"), document, NOW)


def test_shipped_mappings_are_valid_and_settings_replace_theirs():
    assert all(shipped_mapping(name).text for name in SHIPPED if name != "cap")
    assert shipped_mapping("cap").channel is MessageChannel.CAP
    text = '[[message]]\naccount = "kobo-1"\nuse = "kobo"\ntext = ["apa"]'
    assert read_message_mappings(text)["kobo-1"].text == ("apa",)
    assert read_message_mappings("") == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "Expected"),
        ('[[message]]\nuse = "telegram"', "account"),
        ('[[message]]\naccount = "a"', "channel"),
        ('[[message]]\naccount = "a"\nuse = "pigeon"', "pigeon"),
        ('[[message]]\naccount = "a"\nuse = "telegram"\nurl = "x"', "url"),
        ('[[message]]\naccount = "a"\nuse = "telegram"\n' * 2, "two mappings"),
    ],
)
def test_bad_mapping_file_is_refused_with_its_place(text: str, words: str):
    with pytest.raises(BadMessageMappings, match=words):
        read_message_mappings(text)
