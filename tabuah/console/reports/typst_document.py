"""Typesets a document as PDF; the template gets data, never markup, so text cannot run as code."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
import typst

from tabuah.console.reports.document import Document
from tabuah.console.reports.errors import TypesettingFailed
from tabuah.console.reports.printable import make_printable

log = logging.getLogger(__name__)

# Archive (PDF/A-2a) and accessibility (PDF/UA-1); neither is possible where a letter has no glyph.
STANDARDS: Final = ("a-2a", "ua-1")
TEMPLATE: Final = "document.typ"
_NO_GLYPH: Final = ("could not be displayed", "the PDF contains the codepoint")
_compile: Callable[..., bytes] = typst.compile  # its stubs lack the timestamp parameter


def typeset_pdf(document: Document, pictures: Mapping[str, bytes], *, made_at: datetime) -> bytes:
    """Return the PDF of a document.

    Text in a script without a shipped font makes a plain PDF with empty boxes. An unusable crest is left out.

    Args:
        document: the document.
        pictures: the files named by its blocks.
        made_at: the creation time in the file; the same data and time give the same bytes.

    Raises:
        TypesettingFailed: the typesetter failed.
    """
    try:
        return _typeset(document, pictures, made_at=made_at)
    except TypesettingFailed:
        if not document.letterhead.crest:
            raise
        log.warning("the crest cannot be drawn, the document is made without it")
        plain = msgspec.structs.replace(document.letterhead, crest="")
        return _typeset(msgspec.structs.replace(document, letterhead=plain), pictures, made_at=made_at)


def _typeset(document: Document, pictures: Mapping[str, bytes], *, made_at: datetime) -> bytes:
    template = files("tabuah.resources").joinpath("templates", TEMPLATE).read_bytes()
    data = msgspec.json.encode(_make_tree_printable(msgspec.to_builtins(document))).decode()
    fonts_folder = as_file(files("tabuah.resources").joinpath("fonts", "inter"))
    # Pictures must be next to the template: in memory the typesetter accepts text files only.
    with TemporaryDirectory(prefix="tabuah-") as folder, fonts_folder as fonts:
        for name, content in {TEMPLATE: template, **pictures}.items():
            (Path(folder) / name).write_bytes(content)
        given = {
            "root": folder,
            "font_paths": [str(fonts)],
            "ignore_system_fonts": True,
            "sys_inputs": {"data": data},
            "format": "pdf",
            "timestamp": made_at.replace(microsecond=0),
        }
        return _compile_archive_or_plain(str(Path(folder) / TEMPLATE), given)


def _compile_archive_or_plain(source: str, given: dict[str, Any]) -> bytes:
    try:
        try:
            return _compile(source, pdf_standards=list(STANDARDS), **given)
        except typst.TypstError as error:
            if not any(words in str(error) for words in _NO_GLYPH):
                raise
        return _compile(source, **given)
    except typst.TypstError as error:
        raise TypesettingFailed(str(error)) from error


def _make_tree_printable(value: Any) -> Any:
    """Return the same tree with printable texts."""
    match value:
        case str():
            return make_printable(value)
        case dict():
            return {key: _make_tree_printable(item) for key, item in value.items()}
        case list() | tuple():
            return [_make_tree_printable(item) for item in value]
    return value
