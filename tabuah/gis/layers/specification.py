"""What a style file says of each layer: source, kind, look, order, scales, labels, symbols by class and by value."""

from itertools import pairwise
from typing import Annotated, Final, Literal

import msgspec

from tabuah.gis.layers.inks import Ink, check_inks
from tabuah.resources.catalogue import _

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
WidthPx = Annotated[float, msgspec.Meta(ge=0, le=64)]
LabelPx = Annotated[int, msgspec.Meta(ge=6, le=48)]
Weight = Literal["normal", "medium", "demibold", "bold"]
Kind = Literal["polygons", "lines", "points", "labels", "raster", "surface"]
SymbolName = Literal["none", "dot", "circle", "square", "diamond", "triangle", "cross", "town", "volcano"]

MOST_ORDER: Final = 1000.0
SYMBOLS_ORDER: Final = 500.0  # where symbols of points lie unless a layer says otherwise


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A piece of the file; what is not known in it is refused, for it would be a mistyped name."""


class Fill(_Part, frozen=True, kw_only=True):
    """The inside of areas."""

    colour: Ink
    opacity: Share = 1.0
    order: float | None = None  # that of the layer when None

    def __post_init__(self) -> None:
        """Refuse what is no colour."""
        check_inks(self.colour)


class Line(_Part, frozen=True, kw_only=True):
    """Lines and the edges of areas; `band_px` is a soft band along them, as printed maps mark a territory.

    `inner` draws of areas only the borders between two of them.
    """

    colour: Ink
    width_px: WidthPx = 1.0
    opacity: Share = 1.0
    order: float | None = None
    dash: tuple[WidthPx, ...] = ()
    band_px: WidthPx = 0.0
    band_opacity: Share = 0.0
    inner: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no colour, and half a dash."""
        check_inks(self.colour)
        if len(self.dash) % 2 or (self.dash and sum(self.dash) == 0):
            raise ValueError(_("a dash is pairs of line and gap in pixels"))


class PointSymbol(_Part, frozen=True, kw_only=True):
    """What stands at a point; `size_px` is its diameter."""

    shape: SymbolName = "dot"
    size_px: WidthPx = 4.0
    colour: Ink = "label"
    halo: Ink = "label_halo"

    def __post_init__(self) -> None:
        """Refuse what is no colour."""
        check_inks(self.colour, self.halo)


class LabelChange(_Part, frozen=True, kw_only=True):
    """How some names of a layer differ from the others."""

    size_px: LabelPx | None = None
    colour: Ink | None = None
    weight: Weight | None = None

    def __post_init__(self) -> None:
        """Refuse what is no colour."""
        if self.colour is not None:
            check_inks(self.colour)


class Label(_Part, frozen=True, kw_only=True):
    """How names are set; written only while a pixel is between these ground sizes in metres wide.

    `first` is how the foremost names differ, those of rank 0; `close` how all do once a pixel is narrower than
    `close_m`. A name wider than `wrap_px` is set in two lines where it has a space.
    """

    size_px: LabelPx = 11
    colour: Ink = "label"
    halo: Ink = "label_halo"
    order: int = 60  # lower is placed first
    weight: Weight = "normal"
    italic: bool = False
    spacing_px: WidthPx = 0.0
    capitals: bool = False
    beside_point: bool = False
    gap_px: WidthPx = 0.0
    finest_m: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    coarsest_m: Annotated[float, msgspec.Meta(gt=0)] | None = None
    wrap_px: Annotated[float, msgspec.Meta(ge=0)] = 0.0  # never when 0
    first: LabelChange | None = None
    close: LabelChange | None = None
    close_m: Annotated[float, msgspec.Meta(gt=0)] = 25.0

    def __post_init__(self) -> None:
        """Refuse what is no colour."""
        check_inks(self.colour, self.halo)


class ClassLook(_Part, frozen=True, kw_only=True):
    """How the features of one class differ from their layer; `title` stands in the legend."""

    colour: Ink
    title: str = ""
    shape: SymbolName | None = None
    size_px: WidthPx | None = None

    def __post_init__(self) -> None:
        """Refuse what is no colour."""
        check_inks(self.colour)


class ByClass(_Part, frozen=True, kw_only=True):
    """Symbols by the text in `field`; features of other classes keep the look of the layer."""

    field: str
    looks: dict[str, ClassLook]


class ByValue(_Part, frozen=True, kw_only=True):
    """Graduated colours by the number in `field`: one colour more than there are `breaks`.

    A value belongs above a break when it is equal to it. `ramp` spreads its colours over the classes instead of
    naming each one.
    """

    breaks: tuple[float, ...]
    field: str = ""
    colours: tuple[Ink, ...] = ()
    ramp: tuple[Ink, ...] = ()
    sizes_px: tuple[WidthPx, ...] = ()
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse classes that do not fit together."""
        check_inks(*self.colours, *self.ramp)
        classes = len(self.breaks) + 1
        if not self.breaks or any(low >= high for low, high in pairwise(self.breaks)):
            raise ValueError(_("breaks must rise from one to the next"))
        if bool(self.colours) == bool(self.ramp):
            raise ValueError(_("give either colours or a ramp"))
        if self.colours and len(self.colours) != classes:
            raise ValueError(_("{breaks} breaks need {colours} colours").format(breaks=classes - 1, colours=classes))
        if self.ramp and len(self.ramp) < 2:
            raise ValueError(_("a ramp needs at least two colours"))
        if self.sizes_px and len(self.sizes_px) != classes:
            raise ValueError(_("{breaks} breaks need {colours} sizes").format(breaks=classes - 1, colours=classes))


class Look(_Part, frozen=True, kw_only=True):
    """All that is drawn of a layer."""

    fill: Fill | None = None
    line: Line | None = None
    symbol: PointSymbol | None = None
    label: Label | None = None
    by_class: ByClass | None = None
    by_value: ByValue | None = None

    def __post_init__(self) -> None:
        """Refuse two answers to one question."""
        if self.by_class and self.by_value:
            raise ValueError(_("give either by_class or by_value"))


class LayerSpec(Look, frozen=True, kw_only=True):
    """One layer.

    `source` says what is drawn: "map:NAME" a layer of the base map or an imported one (the default, by the name),
    "tiles:FILE" a .mbtiles or .pmtiles file, "values:PARAMETER" or "values:PARAMETER/HOURSh" a surface between
    stations, which ends `reach_km` from them, "density:incidents" how many there are, spread over `reach_km`.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    kind: Kind
    source: str = ""
    title: str = ""
    order: Annotated[float, msgspec.Meta(ge=0, le=MOST_ORDER)] = 60.0
    visible: bool = True
    opacity: Share = 1.0
    listed: bool = True  # whether it can be switched by its own row
    finest_m: Annotated[float, msgspec.Meta(ge=0)] = 0.0  # drawn between these ground sizes of a pixel, metres
    coarsest_m: Annotated[float, msgspec.Meta(gt=0)] | None = None
    reach_km: Annotated[float, msgspec.Meta(gt=0, le=50)] = 9.0

    def drawn_at(self, metres_per_px: float) -> bool:
        """Whether the layer is meant for this scale."""
        return self.finest_m <= metres_per_px < (self.coarsest_m or float("inf"))


class MapStyle(_Part, frozen=True, kw_only=True):
    """The whole file: layers by name, and the looks of imported layers that have no entry, by kind."""

    version: Literal[1]
    layer: tuple[LayerSpec, ...] = ()
    imported: dict[Literal["polygons", "lines", "points"], Look] = {}

    def __post_init__(self) -> None:
        """Refuse two layers of one name."""
        names = [layer.name for layer in self.layer]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(_("there are two layers called {name}").format(name=name))

    def named(self, name: str) -> LayerSpec | None:
        """The entry of a layer."""
        return next((layer for layer in self.layer if layer.name == name), None)

    def hidden_at_first(self) -> frozenset[str]:
        """The names of the layers that are shown only once somebody switches them on."""
        return frozenset(layer.name for layer in self.layer if not layer.visible)

    def with_layers(self, other: "MapStyle") -> "MapStyle":
        """This style with what another says: its layers take the place of those of the same name."""
        changed = {layer.name: layer for layer in (*self.layer, *other.layer)}
        return MapStyle(version=1, layer=tuple(changed.values()), imported=self.imported | other.imported)
