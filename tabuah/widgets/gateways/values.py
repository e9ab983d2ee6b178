"""Display values of the trial of gateway mappings."""

import msgspec

from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.values import Level


class TrialView(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trial: a sentence with its level, and a row for each reading and each refusal."""

    summary: str
    level: Level
    lines: tuple[LevelLine, ...] = ()


class MappingReasons(msgspec.Struct, frozen=True, kw_only=True):
    """Why actions are not possible now; empty texts for those that are."""

    use: str = ""
    previous: str = ""
    forget: str = ""
