"""Sample photos and videos with camera metadata."""

import io
import random
from pathlib import Path

from PIL import Image

SECRET = b"KAMERA-RAHASIA"
LON_DEG, LAT_DEG = 100.67, -0.975139
SHOT = "2026:11:24 14:21:05"  # WIB, as a camera without a zone writes it


def scene(width: int = 800, height: int = 600, *, seed: int = 1) -> Image.Image:
    """Return an image with a red upper left quarter, which shows its orientation, and photo-like grain."""
    rng = random.Random(seed)
    grain = Image.frombytes(
        "RGB", (max(1, width // 4), max(1, height // 4)), rng.randbytes((width // 4) * (height // 4) * 3)
    )
    picture = Image.blend(Image.new("RGB", (width, height), (40, 90, 160)), grain.resize((width, height)), 0.25)
    picture.paste((220, 30, 30), (0, 0, width // 2, height // 2))
    return picture


def exif(*, orientation: int = 1, position: bool = True) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = SECRET.decode()
    tags.get_ifd(0x8769)[0x9003] = SHOT
    if position:
        gps = tags.get_ifd(0x8825)
        gps[1], gps[2], gps[3], gps[4] = "S", (0.0, 58.0, 30.5), "E", (100.0, 40.0, 12.0)
    return tags


def photo(
    kind: str = "JPEG",
    *,
    size: tuple[int, int] = (800, 600),
    orientation: int = 1,
    position: bool = True,
    seed: int = 1,
) -> bytes:
    """Return a camera file with EXIF, XMP and a comment."""
    written = io.BytesIO()
    more = {"xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"} if kind != "PNG" else {}
    if kind == "JPEG":
        more["comment"] = SECRET
    scene(*size, seed=seed).save(
        written, kind, exif=exif(orientation=orientation, position=position), quality=93, **more
    )
    return written.getvalue()


def photo_file(folder: Path, name: str = "IMG_2041.jpg", **how: object) -> Path:
    file = folder / name
    file.write_bytes(photo(**how))  # type: ignore[arg-type]
    return file


def box(kind: bytes, content: bytes = b"") -> bytes:
    """Return a box of an MP4."""
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def film(*, brand: bytes = b"isom", track: bytes = b"avc1") -> bytes:
    """Return the skeleton of a video with the position of the phone."""
    place = box(b"\xa9xyz", b"\x00\x12\x15\xc7-0.9751+100.6700/" + SECRET)
    trak = box(b"trak", box(b"tkhd", bytes(84)) + box(b"mdia", box(b"stsd", track)) + box(b"meta", SECRET))
    moov = box(b"moov", box(b"mvhd", bytes(100)) + trak + box(b"udta", place) + box(b"meta", SECRET))
    return (
        box(b"ftyp", brand + bytes(4) + brand)
        + moov
        + box(b"uuid", SECRET)
        + box(b"mdat", b"pictures and sounds" * 9)
    )
