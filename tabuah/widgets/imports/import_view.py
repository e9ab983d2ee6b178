"""What the card of an import shows: already translated, already formatted, frozen."""

from dataclasses import dataclass

from tabuah.widgets.values import ActionState, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerOffer:
    """One layer of a file that may be chosen; `detail` is such as "74 features · areas"."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """How an import goes, or how it went.

    `share` is what of the stage is done, 0 to 1; None where nobody knows. While `busy` the bar is shown.
    """

    title: str
    level: Level = Level.INFORMATION
    text: str = ""
    aside: str = ""  # at the right of the text: for how long
    busy: bool = False
    share: float | None = None
    count: str = ""
    notes: tuple[str, ...] = ()
    offers: tuple[LayerOffer, ...] = ()
    actions: tuple[ActionState, ...] = ()
