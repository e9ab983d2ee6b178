"""Display values of the trial of gateway mappings."""

from dataclasses import dataclass

from tabuah.widgets.values import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLine:
    """A row: a recorded message, or a part of the result of a trial."""

    id: str
    level: Level
    text: str
    about: str = ""
    at: str = ""
    author: str = ""
    names: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """Accessible text of the row."""
        return " · ".join(part for part in (self.text, self.about, self.at, self.author) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView:
    """The result of a trial: a sentence with its level, and a row for each reading and each refusal."""

    summary: str
    level: Level
    lines: tuple[GatewayLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingReasons:
    """Why actions are not possible now; empty texts for those that are."""

    use: str = ""
    previous: str = ""
    forget: str = ""
