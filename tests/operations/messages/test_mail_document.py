"""Mails as documents: text, sender, time, files and marks, also of damaged and hostile ones, on each Python."""

import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.mail_content import DEEPEST, MOST_PARTS
from tabuah.operations.messages.mail_document import READ_BYTES, MailDocument, read_mail
from tabuah.operations.messages.mail_header import decode_field, parse_time, split_sender, written_at
from tabuah.operations.messages.mapping_file import OF_MAILBOXES, shipped_mapping
from tabuah.operations.messages.message_document import read_document

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
BASE64 = base64.b64encode


def mail(*headers: str, body: str | bytes = "Air naik", part_type: str = "text/plain; charset=utf-8") -> MailDocument:
    content = body if isinstance(body, bytes) else body.encode()
    head = "\r\n".join((*headers, f"Content-Type: {part_type}", "", ""))
    return read_mail(head.encode() + content)


def message_of(document: MailDocument) -> InboundMessage:
    (found,) = read_document(shipped_mapping(OF_MAILBOXES), msgspec.json.encode(document), NOW)
    assert found is not None
    return found


def multipart(kind: str, *parts: str, depth: int = 0) -> str:
    edge = f"edge{depth}"
    inner = "".join(f"--{edge}\r\n{part}\r\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={edge}\r\n\r\n{inner}--{edge}--\r\n"


PLAIN = "Content-Type: text/plain\r\n\r\nAir naik"
HTML = "Content-Type: text/html\r\n\r\n<style>p{}</style><p>Air <b>naik</b></p><script>x</script>"
PHOTO = "Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJDREVG"


def test_mail_becomes_a_message_with_its_sender_and_id():
    document = mail(
        "Message-ID:\r\n <abc.1@example.org>",
        "From: =?utf-8?q?Yanti_=C3=9C?= <yanti@example.org>",
        "Subject: =?utf-8?b?QmFuamlyIGRp?=\r\n =?utf-8?b?IEtvdG8gQmFydQ==?=",
        "Date: Wed, 2 Dec 2026 09:30:00 +0700 (WIB)",
    )
    found = message_of(document)
    assert found.text == "Banjir di Koto Baru\nAir naik"
    assert (found.sender, found.address) == ("Yanti Ü · yanti@example.org", "yanti@example.org")
    assert (found.reply_to, found.automatic) == ("<abc.1@example.org>", False)
    assert found.external_id.startswith("<abc.1@example.org> ")
    assert found.sent_at == NOW - timedelta(minutes=30)


def test_reply_to_is_where_an_answer_goes_and_the_sender_stays():
    found = message_of(mail("From: noreply@situs.example", "Reply-To: Warga <warga@example.org>"))
    assert (found.sender, found.address) == ("noreply@situs.example", "warga@example.org")


def test_programs_that_give_all_mails_one_id_send_several_messages():
    first, second = (
        message_of(mail("Message-ID: <form@situs>", f"Subject: Laporan {n}", "From: a@b.org")) for n in (1, 2)
    )
    assert first.external_id != second.external_id
    without = [mail("From: a@b.org", body=text).fingerprint for text in ("a", "b", "a")]
    assert without[0] == without[2] != without[1]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Yanti <y@example.org>", ("Yanti", "y@example.org")),
        ('"Yanti, S.Sos" <y@example.org>', ("Yanti, S.Sos", "y@example.org")),
        ('"Bupati <bupati@solok.go.id>" <jahat@example.org>', ("Bupati <bupati@solok.go.id>", "jahat@example.org")),
        ("y@example.org (Yanti)", ("Yanti", "y@example.org")),
        ("y@example.org", ("", "y@example.org")),
        ("<y@example.org>", ("", "y@example.org")),
        ("a@example.org, b@example.org", ("a@example.org, b@example.org", "")),
        ("undisclosed-recipients:;", ("undisclosed-recipients:;", "")),
        ("", ("", "")),
        ("y@example.org\r\n Bcc: c@example.org", ("y@example.org Bcc: c@example.org", "")),
    ],
)
def test_sender_field_has_one_name_and_one_address(field: str, expected: tuple[str, str]):
    assert split_sender(field) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("=?iso-8859-1?Q?caf=E9_di?= =?iso-8859-1?q?_Solok?=", "café di Solok"),
        ("=?utf-8?B?w4M=?= =?utf-8?b?w5w=?=", "ÃÜ"),
        ("=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€"),  # a character that a program has divided
        ("=?utf-8?b?****?= x", "=?utf-8?b?****?= x"),
        ("=?x-unknown?q?a=FF?=", "aÿ"),
        ("=?idna?q?abc?=", "abc"),
        ("=?utf-8*id?q?banjir?=", "banjir"),
        ("caf\udce9", "café"),
        ("\udcc3\udc9c", "Ü"),
        ("a\r\n b", "a b"),
    ],
)
def test_encoded_words_and_raw_bytes_are_decoded(raw: str, expected: str):
    assert decode_field(raw) == expected


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        ("Wed, 2 Dec 2026 09:30:00 +0700", 2),
        ("2 Dec 2026 09:30 WIB", 2),
        ("Wed, 02 Dec 2026 10:30:00 WITA", 2),
        ("Wed, 2 Dec 2026 02:30:00 GMT", 2),
        (" 2-Dec-2026 02:30:00 +0000", 2),
        ("Wed, 2 Dec 2026 02:30:60 -0000", 2),
    ],
)
def test_time_with_a_zone_is_read(raw: str, hour: int):
    found = parse_time(raw)
    assert found is not None
    assert (found.day, found.hour, found.minute) == (2, hour, 30)


@pytest.mark.parametrize(
    "raw",
    [
        *("", "yesterday", "Wed, 2 Dec 2026 09:30:00", "Wed, 2 Dec 2026 09:30:00 XYZ", "32 Dec 2026 09:30 +0700"),
        *("2 Foo 2026 09:30 +0700", "2 Dec 2026 99:30 +0700", "2 Dec 2026 09:30 +9999", "1 Jan 0001 00:00 +0700"),
    ],
)
def test_time_without_a_known_zone_or_day_is_none(raw: str):
    assert parse_time(raw) is None


def test_time_of_receipt_counts_if_the_clock_of_the_sender_is_wrong():
    assert written_at("Wed, 2 Dec 2026 09:30:00 +0700", NOW) == NOW - timedelta(minutes=30)
    assert written_at("Fri, 1 Jan 2038 09:30:00 +0700", NOW) == NOW
    assert written_at("Thu, 1 Jan 1970 09:30:00 +0700", NOW) == NOW
    assert written_at("2 Dec 2026 09:30", NOW) == NOW
    assert written_at("", None) is None


def test_plain_text_counts_and_html_only_where_there_is_none():
    assert read_mail(multipart("alternative", HTML, PLAIN).encode()).text == "Air naik"
    assert read_mail(multipart("alternative", HTML).encode()).text.strip() == "Air naik"
    related = multipart("related", HTML, PHOTO, depth=1)
    empty = "Content-Type: text/plain\r\n\r\n \r\n"
    found = read_mail(multipart("alternative", empty, related).encode())
    assert (found.text.strip(), [each.type for each in found.attachments]) == ("Air naik", ["image/jpeg"])


def test_files_are_counted_and_their_names_are_not_kept():
    mail_in_mail = "Content-Type: message/rfc822\r\n\r\nFrom: x@example.org\r\n\r\nrahasia"
    attached = "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=ktp.txt\r\n\r\nktp"
    found = read_mail(multipart("mixed", PLAIN, PHOTO, attached, mail_in_mail, PLAIN).encode())
    assert found.text == "Air naik\n\nAir naik"
    assert [each.type for each in found.attachments] == ["image/jpeg", "text/plain", "message/rfc822"]
    assert (found.attachments[0].size, found.files, found.is_partial) == (6, 3, False)
    assert b"ktp" not in msgspec.json.encode(found)


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", "Ü".encode(), "Ü"),
        ("utf-8", "ÜÜ".encode()[:3], "Ü"),  # the end of a mail that was read partially
        ("iso-8859-1", b"caf\xe9", "café"),
        ("", b"caf\xe9", "café"),
        ("us-ascii", "Ü".encode(), "Ü"),
        ("iso-2022-jp", b"\x1b$B$3\x1b(B", "こ"),
        ("rot13", b"abc", "abc"),
        ("unicode_escape", b"\\u0041", "\\u0041"),
        ("utf-8", b"caf\xe9 x", "caf\ufffd x"),
        ("a'b'c*%", b"abc", "abc"),
    ],
)
def test_character_set_of_a_text_is_used_if_it_is_one(charset: str, data: bytes, text: str):
    assert mail("Subject: x", body=data, part_type=f"text/plain; charset={charset}").text == text


@pytest.mark.parametrize(
    "headers",
    [
        ["Auto-Submitted: auto-replied; owner-email=x"],
        ["auto-submitted: no", "Auto-Submitted: auto-generated"],
        ["Return-Path: < >"],
        ["Precedence: bulk (list)"],
        ["List-Id: <warga.example.org>"],
        ["From: MAILER-DAEMON@example.org", "Reply-To: warga@example.org"],
        ["Message-ID: <tabuah-0123456789abcdef@example.org>"],
    ],
)
def test_mail_of_a_program_is_automatic(headers: list[str]):
    assert message_of(mail(*headers)).automatic


def test_report_about_a_mail_is_automatic_and_its_text_is_kept():
    status = "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed\r\n"
    found = message_of(read_mail(multipart("report; report-type=delivery-status", PLAIN, status).encode()))
    assert (found.automatic, found.text) == (True, "Air naik")


def test_mail_of_a_person_is_not_automatic():
    headers = ("Auto-Submitted: no", "Return-Path: <yanti@example.org>", "Precedence: first-class")
    assert not message_of(mail("From: yanti@example.org", *headers)).automatic


def test_large_mail_is_read_partially():
    found = read_mail(multipart("mixed", PLAIN, PHOTO.replace("QUJDREVG", "QUJD" * 100_000)).encode())
    assert (found.text, found.is_partial, found.attachments[0].size) == ("Air naik", True, 0)
    assert found.size_bytes > READ_BYTES


def test_deep_and_many_parts_are_read_within_bounds():
    deep = PLAIN
    for depth in range(DEEPEST + 5):
        deep = multipart("mixed", deep, depth=depth)
    assert (read_mail(deep.encode()).text, read_mail(deep.encode()).is_partial) == ("", True)
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=e%d\n\n--e%d\n" % (n, n) for n in range(2_000))
    found = read_mail(b"Subject: dalam\n" + nested)
    assert (found.subject, found.is_partial) == ("dalam", True)
    many = read_mail(multipart("mixed", *[PHOTO] * (MOST_PARTS + 20)).encode())
    assert (many.files, many.is_partial) == (MOST_PARTS - 1, True)


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"\0" * 99, b"\xff" * 99, b"Subject", b"Subject:\n\n", b": x\n\n", b"Content-Type: \xff/\xfe\n\nx"),
        b"Content-Type: multipart/mixed\n\nno edge",
        b"Content-Type: text/plain; charset*=x'y\n\nz",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n####",
        b"Content-Type: text/plain\nContent-Disposition: \xff; filename*0*=x\n\nz",
        b"From: " + b"<" * 9_000 + b"\nDate: " + b" " * 9_000 + b"\nMessage-ID: \xff" + b"<" * 9_000 + b"\n\nx",
    ],
)
def test_damaged_mail_is_a_document_that_can_be_stored(raw: bytes):
    found = read_mail(raw)
    (message,) = read_document(shipped_mapping(OF_MAILBOXES), msgspec.json.encode(found), NOW)
    msgspec.json.encode(message)
