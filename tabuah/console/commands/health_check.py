"""Results of the checks of `tabuah doctor`, and the check of the disk."""

import shutil
from pathlib import Path
from typing import Final

import msgspec

from tabuah.resources.localisation import _, format_number

MIN_FREE_BYTES: Final = 500_000_000


class HealthCheck(msgspec.Struct, frozen=True):
    """Result of a check: its stable name, whether it passed, the finding, and advice."""

    check: str
    ok: bool
    finding: str
    advice: str = ""


def check_disk(directory: Path) -> HealthCheck:
    free = shutil.disk_usage(directory).free
    finding = _("{size} GB are free on the disk.").format(size=format_number(free / 1e9, digits=1))
    ok = free >= MIN_FREE_BYTES
    return HealthCheck("disk", ok, finding, "" if ok else _("Free some space before the disk is full."))
