"""A made-up regency in WITA, for tests of the profile."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from tabuah.gis.base_map_file import write_base_map
from tabuah.gis.regency_map_folder import build_map_from_folder
from tabuah.resources.regency import set_regency, shipped_regency
from tabuah.resources.regency_profile import (
    AdministrativeLevels,
    OfficeLetterhead,
    RegencyProfile,
    Signatory,
    profile_fields,
)

CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="#1b6848"/></svg>'


def eastern_regency(**changes: Any) -> RegencyProfile:
    """Return the profile of Kabupaten Teluk Harapan, which does not exist."""
    profile = msgspec.structs.replace(
        shipped_regency(),
        name="Kabupaten Teluk Harapan",
        short_name="Teluk Harapan",
        capital="Harapan",
        kemendagri_code="53.99",
        bps_code="5399",
        number_prefix="TLH",
        time_zone="Asia/Makassar",
        bounds_deg=(120.0, -9.4, 121.0, -8.2),
        map="teluk-harapan.npz",
        room="Pusdalops Teluk Harapan",
        levels=AdministrativeLevels(
            district="Distrik", village="Desa/Kelurahan", hamlet="Dusun", village_head="Kepala desa"
        ),
        letterhead=OfficeLetterhead(
            government="Pemerintah Kabupaten Teluk Harapan",
            agency="Badan Penanggulangan Bencana Daerah",
            unit="Pusdalops PB",
            address="Jalan Pelabuhan 1, Harapan",
            place="Harapan",
            cap_sender="pusdalops.telukharapan",
        ),
        signatories=(Signatory(title="Kepala Pelaksana", name="Maria Contoh", nip="197001012000012001"),),
        crest_svg=CREST,
    )
    return msgspec.structs.replace(profile, **changes)


@contextmanager
def regency_in_use(profile: RegencyProfile, folder: Path | None = None) -> Iterator[RegencyProfile]:
    """Use a profile in this process, and the shipped one again afterwards."""
    set_regency(profile, folder)
    try:
        yield profile
    finally:
        set_regency(None)


def write_map_sources(folder: Path) -> Path:
    """Write the sources of the map of the made-up regency: 4 × 2 kecamatan with 10 nagari each."""
    folder.mkdir(parents=True, exist_ok=True)
    areas, points = [], ["code,name,lon,lat"]
    for number in range(8):
        west, south = 120.1 + 0.2 * (number % 4), -9.2 + 0.4 * (number // 4)
        code, name = f"53.99.{number + 1:02d}", f"Distrik {'ABCDEFGH'[number]}"
        ring = [[west, south], [west + 0.2, south], [west + 0.2, south + 0.4], [west, south + 0.4], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        areas.append({"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry})
        for place in range(10):
            lon, lat = west + 0.03 + 0.035 * (place % 5), south + 0.1 + 0.2 * (place // 5)
            points.append(f"{code}.{2001 + place},Desa {'ABCDEFGH'[number]}{place + 1},{lon:.4f},{lat:.4f}")
    collection = {"type": "FeatureCollection", "features": areas}
    (folder / "kecamatan.geojson").write_text(json.dumps(collection), encoding="utf-8")
    (folder / "nagari.csv").write_text("\n".join(points) + "\n", encoding="utf-8")
    (folder / "attribution.txt").write_text("Peta contoh\n", encoding="utf-8")
    return folder


def write_profile_folder(folder: Path, profile: RegencyProfile) -> Path:
    """Write `regency.toml` with crest and map, as an office keeps it; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    named = msgspec.structs.replace(profile.letterhead, crest="crest.svg")
    fields = profile_fields(msgspec.structs.replace(profile, letterhead=named))
    (folder / "regency.toml").write_text(tomli_w.dumps(fields), encoding="utf-8")
    (folder / "crest.svg").write_text(profile.crest_svg, encoding="utf-8")
    sources = write_map_sources(folder / "sources")
    write_base_map(build_map_from_folder(sources, profile), folder / profile.map)
    return folder
