"""Volcano levels, river levels and alarm severities are separate types: mixing fails in mypy and at run time."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from tabuah.operations.levels import AlarmSeverity, RiverLevel, VolcanoLevel
from tabuah.operations.stations.freshness import river_level_of
from tabuah.operations.stations.station import River

KINDS = (VolcanoLevel, RiverLevel, AlarmSeverity)
HEAD = """
from tabuah.operations.levels import AlarmSeverity, RiverLevel, SEVERITY_OF_RIVER_LEVEL, VolcanoLevel
from tabuah.operations.rules.rule import RiverStage
from tabuah.operations.stations.station import River

def warn_of_river(level: RiverLevel) -> None: ...
def warn_of_volcano(level: VolcanoLevel) -> None: ...

"""
RIGHT = """
warn_of_river(RiverLevel.SIAGA_1)
warn_of_volcano(VolcanoLevel.SIAGA)
RiverStage(level=RiverLevel.SIAGA_2)
"""
MIXED = (
    "warn_of_river(VolcanoLevel.SIAGA)",
    "warn_of_river(AlarmSeverity.CRITICAL)",
    "warn_of_volcano(RiverLevel.SIAGA_3)",
    "warn_of_volcano(AlarmSeverity.CRITICAL)",
    'warn_of_river("siaga_1")',
    "warn_of_volcano(3)",
    "RiverStage(level=VolcanoLevel.AWAS)",
    'River(name="Batang Lembang", thresholds_m={VolcanoLevel.AWAS: 3.2})',
    "SEVERITY_OF_RIVER_LEVEL[VolcanoLevel.AWAS]",
    "VolcanoLevel.SIAGA < VolcanoLevel.AWAS",
)


def checked(text: str, directory: Path, project: Path) -> list[str]:
    """Return the errors of the type checker for a text."""
    file = directory / "mixing.py"
    file.write_text(text, "utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--config-file",
        str(project / "pyproject.toml"),
    ]
    found = subprocess.run(
        [*command, "--cache-dir", str(project / ".mypy_cache"), str(file)],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not found.stderr, found.stderr
    return [line for line in found.stdout.splitlines() if "mixing.py" in line and "error:" in line]


def test_type_checker_rejects_every_mixed_level(tmp_path: Path, project: Path):
    pytest.importorskip("mypy")
    lines = HEAD + RIGHT + "\n".join(MIXED) + "\n"
    first = lines.splitlines().index(MIXED[0]) + 1
    wrong = {int(error.split(":")[1]) for error in checked(lines, tmp_path, project)}
    assert wrong == set(range(first, first + len(MIXED)))


@pytest.mark.parametrize(("one", "other"), list(combinations(KINDS, 2)))
def test_level_kinds_share_no_value(one: type, other: type):
    ours, theirs = {level.value for level in one}, {level.value for level in other}
    common = ours & theirs
    assert not common
    assert all(mine != yours for mine in one for yours in other)
    for level in one:
        with pytest.raises((ValueError, msgspec.ValidationError)):
            msgspec.convert(level.value, other)


def test_gauge_threshold_rejects_other_levels():
    for foreign in ("III", "siaga_darurat", "critical"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"name": "x", "thresholds_m": {foreign: 3.2}}, River)


def test_river_and_volcano_levels_rank_oppositely():
    gauge = River(name="x", thresholds_m={RiverLevel.SIAGA_1: 3.2, RiverLevel.SIAGA_2: 2.6, RiverLevel.SIAGA_3: 2.0})
    rising = [river_level_of(gauge, stage_m) for stage_m in (1.0, 2.0, 2.6, 3.2)]
    assert rising == [RiverLevel.SIAGA_4, RiverLevel.SIAGA_3, RiverLevel.SIAGA_2, RiverLevel.SIAGA_1]
    assert [level.value for level in VolcanoLevel] == ["I", "II", "III", "IV"]
