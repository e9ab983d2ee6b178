"""Detection of map file types by content, unpacking of archives within limits, and clear error messages."""

import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final

import msgspec
import pyproj

from tabuah.gis.errors import LayerImportError, SeveralLayersError
from tabuah.gis.kml_files import MAX_KML_BYTES, check_kml
from tabuah.resources.localisation import _, format_number

MEGABYTE: Final = 1_000_000
MAX_FILE_BYTES: Final = 256 * MEGABYTE
MAX_JSON_BYTES: Final = 64 * MEGABYTE  # the whole text is parsed
MAX_UNPACKED_BYTES: Final = 512 * MEGABYTE
MAX_MEMBERS: Final = 2_000
MAX_DIRECTORY_BYTES: Final = MEGABYTE  # the list of an archive's files, which is read at once
MAX_FEATURES: Final = 200_000

_HEAD_BYTES: Final = 4_096
_ARCHIVE: Final = b"PK\x03\x04"
_SHAPEFILE_PARTS: Final = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
_MAP_SUFFIXES: Final = frozenset({".shp", ".gpkg", ".geojson", ".json", ".kml"})
_TEXT_LIMITS: Final = {".kml": MAX_KML_BYTES, ".geojson": MAX_JSON_BYTES, ".json": MAX_JSON_BYTES}
# Others unpack any number of bytes at once, or reserve as much memory as the file asks for.
_COMPRESSIONS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_COPY_CHUNK: Final = 1 << 16


class MapFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file for GDAL; `drivers` are the only ones it may use."""

    path: Path
    drivers: frozenset[str]
    notes: tuple[str, ...] = ()


@contextmanager
def open_map_file(path: Path, layer: str | None) -> Iterator[MapFile]:
    """Prepare a path for reading; unpacked or re-encoded copies are deleted afterwards.

    Raises:
        LayerImportError: the file is missing, too large, or of an unknown type.
    """
    size = _size_of(path)
    if size > MAX_FILE_BYTES:
        raise _too_big(path.name, MAX_FILE_BYTES)
    with tempfile.TemporaryDirectory(prefix="tabuah-import-") as folder:
        target = path
        if _head(path).startswith(_ARCHIVE):
            target = _unpack(path, Path(folder), layer)
        yield _identify(target, Path(folder))


def _size_of(path: Path) -> int:
    try:
        if path.is_dir():
            raise LayerImportError(_("{name} is a folder. Choose a file in it.").format(name=path.resolve().name))
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise LayerImportError(_("There is no file {path}.").format(path=path)) from error
    except OSError as error:
        message = _("{name} cannot be read: {reason}")
        raise LayerImportError(message.format(name=path.name, reason=error.strerror)) from error
    if not size:
        raise LayerImportError(_("{name} is empty.").format(name=path.name))
    return size


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        message = _("{name} cannot be read: {reason}")
        raise LayerImportError(message.format(name=path.name, reason=error.strerror)) from error


def _identify(path: Path, scratch: Path) -> MapFile:
    head = _head(path)
    if head.startswith(b"SQLite format 3\0"):
        return _geopackage(path)
    if head.startswith(b"\x00\x00\x27\x0a"):
        return _shapefile(path)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"{", b"[")):
        return _geojson(path, scratch)
    if text.startswith(b"<"):
        return _xml(path, text)
    if path.suffix.lower() in _SHAPEFILE_PARTS:
        message = _("{name} is a part of a Shapefile. Choose the file that ends in .shp, or a .zip of all parts.")
        raise LayerImportError(message.format(name=path.name))
    raise _unknown_kind(path)


def _geopackage(path: Path) -> MapFile:
    """Refuse views: SQLite runs their statement to read them, and a recursive one never ends."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            view = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchone()
    except sqlite3.DatabaseError as error:
        message = _("{name} cannot be read as map data: {reason}")
        raise LayerImportError(message.format(name=path.name, reason=error)) from error
    if view is not None:
        message = _("{name} contains the view {view}. Export its content as a layer of its own, then import that.")
        raise LayerImportError(message.format(name=path.name, view=view[0]))
    return MapFile(path=path, drivers=frozenset({"GPKG"}))


def _shapefile(path: Path) -> MapFile:
    present = {part.suffix.lower() for part in path.parent.iterdir() if part.stem == path.stem}
    if ".shx" not in present:
        message = _("{shp} is missing its file {shx}. A complete Shapefile has .shp, .shx, .dbf and .prj.")
        raise LayerImportError(message.format(shp=path.name, shx=f"{path.stem}.shx"))
    _check_prj(path)
    notes = () if ".dbf" in present else (_("The .dbf file is missing: the shapes come without names and codes."),)
    return MapFile(path=path, drivers=frozenset({"ESRI Shapefile"}), notes=notes)


def _check_prj(path: Path) -> None:
    for part in path.parent.iterdir():
        if part.stem == path.stem and part.suffix.lower() == ".prj":
            text = _head(part).decode("utf-8", errors="replace").strip()
            if text:
                _check_system(text, part.name)


def _geojson(path: Path, scratch: Path) -> MapFile:
    if path.stat().st_size > MAX_JSON_BYTES:
        raise _too_big(path.name, MAX_JSON_BYTES)
    data = path.read_bytes()
    notes: tuple[str, ...] = ()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, notes = data.decode("cp1252", errors="replace"), (latin_note(),)
        path = scratch / "recoded.geojson"
        path.write_text(text, encoding="utf-8")
    _check_json(text, path.name)
    return MapFile(path=path, drivers=frozenset({"GeoJSON", "GeoJSONSeq", "ESRIJSON"}), notes=notes)


def _check_json(text: str, name: str) -> None:
    try:
        root = _root_of(text)
    except json.JSONDecodeError as error:
        message = _(
            "{name} is not valid JSON at line {line}, column {column}. It may be incomplete: download it again."
        )
        raise LayerImportError(message.format(name=name, line=error.lineno, column=error.colno)) from error
    except RecursionError as error:
        raise LayerImportError(_("{name} is nested too deeply to be map data.").format(name=name)) from error
    kind = root.get("type") if isinstance(root, dict) else None
    if kind == "Topology":
        raise LayerImportError(_("{name} is TopoJSON. Save it as GeoJSON or GeoPackage.").format(name=name))
    if kind == "FeatureCollection" and not root.get("features"):
        raise LayerImportError(_("{name} has no features.").format(name=name))
    if kind is None and not (isinstance(root, dict) and "features" in root):
        raise LayerImportError(_("{name} is JSON but not map data (GeoJSON).").format(name=name))
    if isinstance(root, dict) and root.get("crs") is not None:
        _check_system(_named_system(root["crs"]), name)


class _Root(msgspec.Struct):
    """The inspected part of a collection; features stay text, which takes a tenth of the time."""

    type: Any = None
    crs: Any = None
    features: list[msgspec.Raw] | None = None


def _root_of(text: str) -> Any:
    """Return the root of a JSON text; invalid JSON is parsed again to get line and column.

    Raises:
        json.JSONDecodeError: invalid JSON.
        RecursionError: nested too deeply.
    """
    try:
        root = msgspec.json.decode(text, type=_Root)
    except (msgspec.MsgspecError, RecursionError):
        return json.loads(text)
    return {name: value for name, value in msgspec.structs.asdict(root).items() if value is not None}


def _named_system(crs: Any) -> str:
    """Return the reference system named in GeoJSON 2008; anything else as text."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    named = properties.get("name") if isinstance(properties, dict) else None
    return named if isinstance(named, str) else json.dumps(crs)


def _check_system(system: str, name: str) -> None:
    """Reject an unknown reference system: GDAL would silently read the numbers as degrees.

    Raises:
        LayerImportError: the system is unknown.
    """
    try:
        pyproj.CRS.from_user_input(system)
    except pyproj.exceptions.CRSError as error:
        message = _("{name} declares an unknown reference system: {system}. Save it as EPSG:4326 or correct it.")
        raise LayerImportError(message.format(name=name, system=" ".join(system.split())[:80])) from error


def _xml(path: Path, head: bytes) -> MapFile:
    if b"<html" in head or head.startswith(b"<!doctype html"):
        message = _("{name} is a web page, not map data. The download needs a log-in or the address is wrong.")
        raise LayerImportError(message.format(name=path.name))
    if b"<kml" not in head:
        raise _unknown_kind(path)
    if path.stat().st_size > MAX_KML_BYTES:
        raise _too_big(path.name, MAX_KML_BYTES)
    check_kml(path, max_features=MAX_FEATURES)
    return MapFile(path=path, drivers=frozenset({"KML", "LIBKML"}))


def _unpack(path: Path, folder: Path, layer: str | None) -> Path:
    try:
        with _opened_archive(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
            chosen = _choose(members, path.name, layer)
            wanted = [m for m in members if _stem(m) == _stem(chosen)] if _suffix(chosen) == ".shp" else [chosen]
            room = limit = min(_TEXT_LIMITS.get(_suffix(chosen), MAX_UNPACKED_BYTES), MAX_UNPACKED_BYTES)
            _check_declared(wanted, limit)
            for member in wanted:
                room -= _copy(archive, member, folder / f"map{_suffix(member)}", room, limit=limit)
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        message = _("{name} is a damaged or locked archive: {reason}")
        raise LayerImportError(message.format(name=path.name, reason=error)) from error
    return folder / f"map{_suffix(chosen)}"


def _choose(members: list[zipfile.ZipInfo], name: str, layer: str | None) -> zipfile.ZipInfo:
    if len(members) > MAX_MEMBERS:
        raise _too_many_files(name)
    maps = [member for member in members if _suffix(member) in _MAP_SUFFIXES]
    if len(maps) > 1:
        maps = [m for m in maps if PurePosixPath(_stem(m)).name == layer or _stem(m) == "doc"] or maps
    if not maps:
        raise LayerImportError(_("{name} contains no map file (.shp, .gpkg, .geojson, .kml).").format(name=name))
    if len(maps) > 1:
        names = ", ".join(sorted(PurePosixPath(member.filename).stem for member in maps))
        raise SeveralLayersError(
            _("{name} contains several maps. Specify one: {layers}.").format(name=name, layers=names)
        )
    return maps[0]


def list_archived_maps(path: Path) -> tuple[str, ...]:
    """Return the names of the maps in an archive, empty for other files."""
    if not _head(path).startswith(_ARCHIVE):
        return ()
    try:
        with _opened_archive(path) as archive:
            members = [each for each in archive.infolist() if _suffix(each) in _MAP_SUFFIXES]
    except zipfile.BadZipFile:
        return ()
    names = {PurePosixPath(_stem(each)).name for each in members if "__MACOSX" not in each.filename}
    return tuple(sorted(names))


class _ArchiveFile(io.FileIO):
    """A file of which at most `MAX_DIRECTORY_BYTES` are read at once: `zipfile` reads the list of members so."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most this many bytes; all that is left is the end of the archive."""
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise _too_many_files(Path(str(self.name)).name)
        return super().read(size)


@contextmanager
def _opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    with _ArchiveFile(path) as file, zipfile.ZipFile(file) as archive:
        yield archive


def _check_declared(members: Sequence[zipfile.ZipInfo], limit_bytes: int) -> None:
    """Check sizes and compressions as declared; `_copy` counts the real ones."""
    for member in members:
        if member.file_size > limit_bytes:
            raise _too_big(PurePosixPath(member.filename).name, limit_bytes)
        if member.compress_type not in _COMPRESSIONS:
            message = _("{name} is packed by a method that is not opened for safety. Pack it as an ordinary .zip.")
            raise LayerImportError(message.format(name=PurePosixPath(member.filename).name))


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, room: int, *, limit: int) -> int:
    """Unpack one file and count the real bytes: the declared size of an archive may be false."""
    written = 0
    with archive.open(member) as source, target.open("wb") as sink:
        while chunk := source.read(_COPY_CHUNK):
            written += len(chunk)
            if written > room:
                raise _too_big(PurePosixPath(member.filename).name, limit)
            sink.write(chunk)
    return written


def _stem(member: zipfile.ZipInfo) -> str:
    return str(PurePosixPath(member.filename).with_suffix(""))


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def latin_note() -> str:
    """Return the note that a text was read as Windows-1252."""
    return _("The texts are not UTF-8 and were read as Windows-1252: check names with accents.")


def _too_big(name: str, limit_bytes: int) -> LayerImportError:
    message = _("{name} is larger than {limit} MB. Clip it to the regency, or save it as GeoPackage.")
    return LayerImportError(message.format(name=name, limit=limit_bytes // MEGABYTE))


def _too_many_files(name: str) -> LayerImportError:
    message = _("{name} has more than {limit} files, too many for a map.")
    return LayerImportError(message.format(name=name, limit=format_number(MAX_MEMBERS)))


def _unknown_kind(path: Path) -> LayerImportError:
    message = _("{name} is not GeoJSON, GeoPackage, Shapefile (.shp or .zip) or KML.")
    return LayerImportError(message.format(name=path.name))
