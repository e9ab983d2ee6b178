"""File types by content: misleading names, refused programs, and arbitrary bytes."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.photo_samples import film, photo

from tabuah.storage.blobs.file_kinds import SUFFIXES, FileKind, is_program, kind_of, safe_name

HEADS = [
    *(b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"%PDF-1.7", b"PK\x03\x04", b"MZ", b"\x7fELF"),
    *(b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypisom", b"\0\0\0\x1cftypmif1\0\0\0\0heic", b"#!/bin/sh\n", b"<html>"),
]


def archive(**members: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return written.getvalue()


def office(part: str, *more: str) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", part: b"<x/>", **dict.fromkeys(more, b"x")})


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (photo("JPEG"), FileKind.JPEG),
        (photo("PNG"), FileKind.PNG),
        (photo("WEBP"), FileKind.WEBP),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", FileKind.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", FileKind.HEIC),
        (film(), FileKind.MP4),
        (film(brand=b"qt  "), FileKind.MOV),
        (b"%PDF-1.7\n%%EOF", FileKind.PDF),
        (office("word/document.xml"), FileKind.DOCX),
        (office("xl/workbook.xml"), FileKind.XLSX),
        (office("ppt/presentation.xml"), FileKind.PPTX),
        (archive(mimetype=FileKind.ODT.value.encode()), FileKind.ODT),
        ("nama;umur\nRusdi;54\n".encode("utf-8-sig"), FileKind.TEXT),
        ("Banjir – setinggi lutut".encode(), FileKind.TEXT),
    ],
)
def test_file_type_is_detected_by_content(data: bytes, kind: FileKind):
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"MZ\x90\0",
            b"\x7fELF\x02",
            b"#!/bin/sh\nrm -rf ~",
            b"\xca\xfe\xba\xbe\0\0",
            b"\xcf\xfa\xed\xfe",
            b"dex\n035",
        ),
        b"L\x00\x00\x00\x01\x14\x02\x00 a shortcut",
        b"MZ" + office("word/document.xml"),  # a program that is also an archive
    ],
)
def test_only_programs_are_detected_as_programs(data: bytes):
    assert is_program(data)
    assert kind_of(data) is None


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"\0" * 40,
            b"\x80\x81\x82",
            b"<html><script>",
            b"  <svg/>",
            b"GIF89a\x01\0\x01\0",
            b"\0\0\0\x18ftypavif\0\0\0\0avif",
        ),
        *(archive(a=b"x"), office("word/document.xml", "word/vbaProject.bin"), office("other.xml")),
        archive(mimetype=FileKind.ODT.value.encode(), **{"Basic/Module1.xml": b"x"}),
        office("word/document.xml")[:-30],
        b"text with a \x07 bell",
    ],
)
def test_disallowed_content_has_no_file_type(data: bytes):
    assert not is_program(data)
    assert kind_of(data) is None


@given(st.sampled_from([b"", *HEADS]), st.binary(max_size=400))
def test_any_bytes_have_file_type_or_none(head: bytes, rest: bytes):
    found = kind_of(head + rest)
    assert found is None or not is_program(head + rest)


@given(st.data())
def test_damaged_archive_never_fails_detection(data: st.DataObject):
    content = bytearray(office("word/document.xml", "docProps/app.xml"))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    kind_of(bytes(content))


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("IMG_2041.JPG", FileKind.JPEG, "IMG_2041.JPG"),
        ("IMG_2041.HEIC", FileKind.JPEG, "IMG_2041.jpg"),
        ("laporan.exe", FileKind.PDF, "laporan.exe.pdf"),
        ("jalankan.bat", FileKind.TEXT, "jalankan.bat.txt"),
        ("korban.csv", FileKind.TEXT, "korban.csv"),
        ("../../etc/passwd", FileKind.TEXT, "_.._etc_passwd.txt"),
        ("foto\u202egpj.exe", FileKind.JPEG, "fotogpj.exe.jpg"),
        ("con.txt", FileKind.TEXT, "_con.txt"),
        ("", FileKind.PNG, "lampiran.png"),
        (" . ", FileKind.PNG, "lampiran.png"),
        ("x" * 400 + ".pdf", FileKind.PDF, "x" * 116 + ".pdf"),
    ],
)
def test_file_name_gets_suffix_of_content(name: str, kind: FileKind, safe: str):
    assert safe_name(name, kind) == safe


@given(st.text(max_size=300), st.sampled_from(FileKind))
def test_any_file_name_becomes_portable(name: str, kind: FileKind):
    safe = safe_name(name, kind)
    assert safe.lower().endswith(SUFFIXES[kind])
    assert 0 < len(safe) <= 121
    assert not set(safe) & set('<>:"/\\|?*\0\n')
    assert safe_name(safe, kind) == safe
