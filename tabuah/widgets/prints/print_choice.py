"""What a person chose in the print dialog."""

from dataclasses import dataclass

from tabuah.widgets.prints.map_sheet import Grid, Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintChoice:
    """`whole_regency` or what the window shows; `scale` None is the next round one that shows all of it."""

    title: str = ""
    subtitle: str = ""
    paper: Paper = Paper.A4
    landscape: bool = True
    whole_regency: bool = False
    scale: float | None = None
    grid: Grid = Grid.DEGREES
