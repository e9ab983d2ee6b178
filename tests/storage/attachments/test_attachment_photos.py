"""Preparation of photos: upright, reduced, without metadata; place and time are only offered."""

import io
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from support.photo_samples import LAT_DEG, LON_DEG, SECRET, exif, photo, scene

from tabuah.operations.attachments.transfer import PhotoOrigin
from tabuah.storage.attachments.photo_origin import origin_of
from tabuah.storage.attachments.photos import LONGEST_PX, THUMBNAIL_PX, prepare_photo
from tabuah.storage.blobs.errors import BlobTooLarge, DamagedFile
from tabuah.storage.blobs.file_kinds import FileKind, kind_of

HEIC = Path(__file__).parent.parent / "samples" / "foto.heic"
ADDED = (SECRET, b"Exif", b"http://ns.adobe.com", b"xmpmeta", b"GPS", b"eXIf", b"tEXt", b"iTXt")


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def is_red(picture: Image.Image, x: float, y: float) -> bool:
    red, green, _blue = picture.convert("RGB").getpixel((int(picture.width * x), int(picture.height * y)))
    return red > 150 > green


@pytest.mark.parametrize("original", [False, True])
@pytest.mark.parametrize("kind", [FileKind.JPEG, FileKind.PNG, FileKind.WEBP])
def test_photo_is_stored_without_metadata(kind: FileKind, original: bool):
    taken = photo(kind.name)
    assert SECRET in taken
    kept = prepare_photo(taken, kind, original=original)
    for data in (kept.data, kept.thumbnail):
        assert [added for added in ADDED if added in data] == []
        assert dict(opened(data).getexif()) == {}
    assert kind_of(kept.data) is kept.kind


def test_photo_origin_is_read_before_removal():
    kept = prepare_photo(photo(), FileKind.JPEG)
    assert kept.origin.position == (LON_DEG, LAT_DEG)
    assert kept.origin.taken_at == datetime(2026, 11, 24, 7, 21, 5, tzinfo=UTC)
    assert prepare_photo(photo(position=False), FileKind.JPEG).origin.position is None


@pytest.mark.parametrize("original", [False, True])
@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, (0.2, 0.2)), (2, (0.8, 0.2)), (3, (0.8, 0.8)), (4, (0.2, 0.8)), (6, (0.8, 0.2)), (8, (0.2, 0.8))],
)
def test_photo_is_rotated_by_exif_orientation(orientation: int, red: tuple[float, float], original: bool):
    kept = prepare_photo(photo(size=(400, 200), orientation=orientation), FileKind.JPEG, original=original)
    picture = opened(kept.data)
    assert picture.size == ((200, 400) if orientation in (6, 8) else (400, 200))
    assert is_red(picture, *red)
    assert is_red(opened(kept.thumbnail), *red)


def test_large_photo_is_reduced_keeping_aspect_ratio():
    taken = photo(size=(4000, 3000))
    kept = prepare_photo(taken, FileKind.JPEG)
    assert opened(kept.data).size == (LONGEST_PX, 1920)
    assert len(kept.data) < len(taken) / 2
    assert opened(kept.thumbnail).size == (THUMBNAIL_PX, 240)
    assert len(kept.thumbnail) < 25_000


def test_original_photo_keeps_all_pixels():
    kept = prepare_photo(photo(size=(3000, 2000)), FileKind.JPEG, original=True)
    assert opened(kept.data).size == (3000, 2000)


def test_strongly_compressed_photo_does_not_grow():
    written = io.BytesIO()
    scene().save(written, "JPEG", quality=30)
    assert len(prepare_photo(written.getvalue(), FileKind.JPEG).data) <= len(written.getvalue())


def test_png_drawing_stays_png_screenshot_becomes_jpeg():
    drawing, noise = io.BytesIO(), io.BytesIO()
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(drawing, "PNG")
    Image.effect_noise((1500, 1500), 90).save(noise, "PNG")
    kept = prepare_photo(drawing.getvalue(), FileKind.PNG)
    assert (kept.kind, opened(kept.data).getpixel((1, 1))) == (FileKind.PNG, (0, 0, 0, 0))
    assert opened(kept.thumbnail).getpixel((1, 1)) == (255, 255, 255)
    assert prepare_photo(noise.getvalue(), FileKind.PNG).kind is FileKind.JPEG


def test_heic_photo_becomes_jpeg():
    taken = HEIC.read_bytes()
    assert SECRET in taken
    kept = prepare_photo(taken, FileKind.HEIC)
    assert (kept.kind, opened(kept.data).size) == (FileKind.JPEG, (64, 48))
    assert is_red(opened(kept.data), 0.2, 0.2)
    assert SECRET not in kept.data
    assert kept.origin.position == (LON_DEG, LAT_DEG)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "I;16", "1", "LA"])
def test_photo_of_any_colour_mode_is_stored(mode: str):
    written = io.BytesIO()
    kind = FileKind.JPEG if mode == "CMYK" else FileKind.PNG
    (Image.new("I;16", (40, 30)) if mode == "I;16" else scene(40, 32).convert(mode)).save(written, kind.name)
    assert opened(prepare_photo(written.getvalue(), kind).thumbnail).mode == "RGB"


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.99])
@pytest.mark.parametrize("kind", [FileKind.JPEG, FileKind.PNG, FileKind.WEBP])
def test_incomplete_photo_is_refused_with_advice(kind: FileKind, share: float):
    taken = photo(kind.name)
    with pytest.raises(DamagedFile, match="kamera"):
        prepare_photo(taken[: int(len(taken) * share)], kind)


def test_too_many_pixels_are_refused_before_decoding():
    header = bytearray(photo("PNG", size=(8, 8)))
    header[16:24] = (60_000).to_bytes(4, "big") * 2
    header[29:33] = zlib.crc32(header[12:29]).to_bytes(4, "big")
    with pytest.raises(BlobTooLarge, match="terlalu besar"):
        prepare_photo(bytes(header), FileKind.PNG)


SMALL = {kind: photo(kind.name, size=(40, 32)) for kind in (FileKind.JPEG, FileKind.PNG, FileKind.WEBP)}


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(SMALL)), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12)
)
@example(FileKind.JPEG, [(0.0625, 1)])  # a tag that is larger than the file
def test_damaged_photo_is_refused_or_stripped(kind: FileKind, changes: list[tuple[float, int]]):
    taken = bytearray(SMALL[kind])
    for place, value in changes:
        taken[int(place * (len(taken) - 1))] = value
    try:
        kept = prepare_photo(bytes(taken), kind)
    except (DamagedFile, BlobTooLarge):
        return
    assert b"Exif" not in kept.data
    opened(kept.data)


@pytest.mark.parametrize(
    ("tags", "position"),
    [
        ({1: "S", 2: (0, 58, 30.5), 3: "E", 4: (100, 40, 12)}, (100.67, -0.975139)),
        ({1: "N", 2: (0, 58, 30.5), 3: "W", 4: (100, 40, 12)}, (-100.67, 0.975139)),
        ({1: "S", 2: (0, 0, 0), 3: "E", 4: (0, 0, 0)}, None),
        ({1: "S", 2: (95, 0, 0), 3: "E", 4: (100, 0, 0)}, None),
        ({1: "S", 2: (1, 0, 0)}, None),
        ({1: "S", 2: "kacau", 3: "E", 4: (100, 0)}, None),
        ({1: "S", 2: (float("nan"), 0, 0), 3: "E", 4: (100, 0, 0)}, None),
        ({}, None),
    ],
)
def test_implausible_photo_position_is_none(tags: dict[int, object], position: tuple[float, float] | None):
    found = Image.Exif()
    found.get_ifd(0x8825).update(tags)
    assert origin_of(found).position == position


@pytest.mark.parametrize(
    ("shot", "zone", "taken_at"),
    [
        ("2026:11:24 14:21:05", "", datetime(2026, 11, 24, 7, 21, 5, tzinfo=UTC)),
        ("2026:11:24 14:21:05", "+08:00", datetime(2026, 11, 24, 6, 21, 5, tzinfo=UTC)),
        ("0000:00:00 00:00:00", "", None),
        ("kemarin", "", None),
    ],
)
def test_photo_time_without_zone_is_wib(shot: str, zone: str, taken_at: datetime | None):
    found = exif(position=False)
    found.get_ifd(0x8769).update({0x9003: shot, 0x9011: zone})
    assert origin_of(found) == PhotoOrigin(taken_at=taken_at)


def test_gps_time_replaces_missing_photo_time():
    found = Image.Exif()
    found.get_ifd(0x8825).update({29: "2026:11:24", 7: (7.0, 21.0, 5.0)})
    assert origin_of(found).taken_at == datetime(2026, 11, 24, 7, 21, 5, tzinfo=UTC)
