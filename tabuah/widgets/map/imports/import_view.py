"""Content of the import card: translated and formatted values."""

from dataclasses import dataclass

from tabuah.widgets.values import ActionState, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerOffer:
    """A layer of a file that the user may choose; `detail` is for example "74 features · areas"."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """Progress or result of an import.

    `share` is the progress of the current step, 0 to 1, or None if unknown. The bar is shown while
    `busy`.
    """

    title: str
    level: Level = Level.INFORMATION
    text: str = ""
    elapsed: str = ""  # at the right of the text: the elapsed time
    busy: bool = False
    share: float | None = None
    count: str = ""
    notes: tuple[str, ...] = ()
    offers: tuple[LayerOffer, ...] = ()
    actions: tuple[ActionState, ...] = ()
