"""Display values of the trial of gateway mappings."""

from dataclasses import dataclass

from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.values import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView:
    """The result of a trial: a sentence with its level, and a row for each reading and each refusal."""

    summary: str
    level: Level
    lines: tuple[LevelLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingReasons:
    """Why actions are not possible now; empty texts for those that are."""

    use: str = ""
    previous: str = ""
    forget: str = ""
