"""A made-up regency in WITA, for tests of the profile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tabuah.resources.regency import set_regency, shipped_regency
from tabuah.resources.regency_profile import OfficeLetterhead, RegencyProfile, Signatory

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
        room="Pusdalops Teluk Harapan",
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
