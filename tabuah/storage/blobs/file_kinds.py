"""File types, detected by content and never by name; programs are recognised, too."""

import io
import re
import unicodedata
import zipfile
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

HEAD_BYTES: Final = 64  # enough to recognise a program


class FileKind(StrEnum):
    """A file type that may be attached, by its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    MP4 = "video/mp4"
    MOV = "video/quicktime"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ODP = "application/vnd.oasis.opendocument.presentation"
    TEXT = "text/plain"

    @property
    def is_photo(self) -> bool:
        return self.value.startswith("image/")

    @property
    def is_video(self) -> bool:
        return self.value.startswith("video/")


# Suffixes under which other programs open a file type; the first is appended where none matches.
SUFFIXES: Final[dict[FileKind, tuple[str, ...]]] = {
    FileKind.JPEG: (".jpg", ".jpeg"),
    FileKind.PNG: (".png",),
    FileKind.WEBP: (".webp",),
    FileKind.HEIC: (".heic", ".heif"),
    FileKind.MP4: (".mp4", ".m4v", ".3gp"),
    FileKind.MOV: (".mov",),
    FileKind.PDF: (".pdf",),
    FileKind.DOCX: (".docx",),
    FileKind.XLSX: (".xlsx",),
    FileKind.PPTX: (".pptx",),
    FileKind.ODT: (".odt",),
    FileKind.ODS: (".ods",),
    FileKind.ODP: (".odp",),
    FileKind.TEXT: (".txt", ".csv", ".md"),
}
_PHOTO_SUFFIXES: Final = frozenset(s for kind in FileKind if kind.is_photo for s in SUFFIXES[kind])
_LONGEST_NAME: Final = 120

# Windows PE, ELF, scripts (#!), Android dex, ar archives, Windows shortcuts, Mach-O and Java
_PROGRAMS: Final = (
    *(b"MZ", b"\x7fELF", b"#!", b"dex\n", b"!<arch>\n", b"L\x00\x00\x00\x01\x14\x02\x00"),
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"),
)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis"})
_STILL_BRANDS: Final = frozenset({b"mif1", b"msf1", b"avif", b"avis"})
_FILM_BRANDS: Final = re.compile(rb"isom|iso[2-9]|mp4[12]|avc1|MSNV|M4V |3g[ep2][0-9a-z]|dash|qt  ")
_OFFICE: Final = {
    "word/document.xml": FileKind.DOCX,
    "xl/workbook.xml": FileKind.XLSX,
    "ppt/presentation.xml": FileKind.PPTX,
}
_OPEN_DOCUMENTS: Final = frozenset({FileKind.ODT, FileKind.ODS, FileKind.ODP})
_MARKUP: Final = (b"<", b"{\\rtf", b"%!")
_PLAIN_CONTROLS: Final = frozenset("\t\n\r\f")
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*]')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def kind_of(data: bytes) -> FileKind | None:
    """Return the type of a whole file; None for programs and for types that may not be attached."""
    if is_program(data):
        return None
    if data.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    if data.startswith(b"%PDF-"):
        return FileKind.PDF
    if data[4:8] == b"ftyp":
        return _kind_of_boxes(data)
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_archive(data)
    return FileKind.TEXT if _is_plain_text(data) else None


def is_program(head: bytes) -> bool:
    """Return whether a file with this beginning can be run by a double click."""
    return head.startswith(_PROGRAMS)


def is_old_office(head: bytes) -> bool:
    """Return whether a file has an old Office format, which can carry macros (and installers)."""
    return head.startswith(_OLD_OFFICE)


def safe_name(name: str, kind: FileKind) -> str:
    """Return a file name that is valid on every system and has a suffix for its content.

    A photo's suffix is replaced by that of its real type; any other file gets the right suffix appended.
    """
    shown = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C")
    plain = _UNSAFE.sub("_", shown).strip(" .")
    stem, suffix = _split(plain)
    if suffix.lower() not in SUFFIXES[kind]:
        replaced = kind.is_photo and suffix.lower() in _PHOTO_SUFFIXES
        stem, suffix = (stem if replaced else plain), SUFFIXES[kind][0]
    stem = stem[: _LONGEST_NAME - len(suffix)].strip(" .") or "lampiran"
    return f"_{stem}{suffix}" if _DEVICES.match(stem) else f"{stem}{suffix}"


def _split(name: str) -> tuple[str, str]:
    suffix = PurePosixPath(name).suffix
    return (name[: -len(suffix)], suffix) if suffix else (name, "")


def _kind_of_boxes(data: bytes) -> FileKind | None:
    """Detect an ISO base media type: `ftyp` names a major brand and the compatible brands."""
    size = int.from_bytes(data[:4], "big")
    major, others = data[8:12], {data[at : at + 4] for at in range(16, min(size, 256), 4)}
    if major in _HEIC_BRANDS or (major in _STILL_BRANDS and others & _HEIC_BRANDS):
        return FileKind.HEIC
    if major in _STILL_BRANDS or not _FILM_BRANDS.fullmatch(major):
        return None
    return FileKind.MOV if major == b"qt  " else FileKind.MP4


def _kind_of_archive(data: bytes) -> FileKind | None:
    """Detect the type of an Office document, which is a ZIP archive; one with macros is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            declared = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, NotImplementedError, LookupError):
        return None
    if any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names):
        return None
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in _OFFICE.items() if part in names), None)
    return next((kind for kind in _OPEN_DOCUMENTS if declared == kind.value.encode()), None)


def _is_plain_text(data: bytes) -> bool:
    if not data or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_MARKUP):
        return False
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return all(c >= " " or c in _PLAIN_CONTROLS for c in text) and "\x7f" not in text
