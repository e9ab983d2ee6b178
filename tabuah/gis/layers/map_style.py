"""Map style: source, kind, symbols, order, scales, labels and classes of each layer in the style file."""

from itertools import pairwise
from typing import Annotated, Final, Literal

import msgspec

from tabuah.gis.layers.colours import ColourSpec, check_colours
from tabuah.resources.localisation import _

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
WidthPx = Annotated[float, msgspec.Meta(ge=0, le=64)]
LabelPx = Annotated[int, msgspec.Meta(ge=6, le=48)]
Weight = Literal["normal", "medium", "demibold", "bold"]
LayerSpecKind = Literal["polygons", "lines", "points", "labels", "raster", "surface"]
SymbolName = Literal["none", "dot", "circle", "square", "diamond", "triangle", "cross", "town", "volcano"]

MAX_ORDER: Final = 1000.0


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section of the file; unknown fields are rejected, since they are typing errors."""


class FillSymbol(_Part, frozen=True, kw_only=True):
    """Interior of areas."""

    colour: ColourSpec
    opacity: Share = 1.0
    order: float | None = None  # the layer's order when None

    def __post_init__(self) -> None:
        check_colours(self.colour)


class LineSymbol(_Part, frozen=True, kw_only=True):
    """Lines and borders of areas; `band_px` is a soft band along them, as on printed maps of a territory.

    `inner` draws only the borders between two areas.
    """

    colour: ColourSpec
    width_px: WidthPx = 1.0
    opacity: Share = 1.0
    order: float | None = None
    dash: tuple[WidthPx, ...] = ()
    band_px: WidthPx = 0.0
    band_opacity: Share = 0.0
    inner: bool = False

    def __post_init__(self) -> None:
        """Check the colour and the dash pattern."""
        check_colours(self.colour)
        if len(self.dash) % 2 or (self.dash and sum(self.dash) == 0):
            raise ValueError(_("a dash needs pairs of line and gap in pixels"))


class PointSymbol(_Part, frozen=True, kw_only=True):
    """Symbol of a point; `size_px` is its diameter."""

    shape: SymbolName = "dot"
    size_px: WidthPx = 4.0
    colour: ColourSpec = "label"
    halo: ColourSpec = "label_halo"

    def __post_init__(self) -> None:
        check_colours(self.colour, self.halo)


class LabelVariant(_Part, frozen=True, kw_only=True):
    """Differences of some labels from the others of the layer."""

    size_px: LabelPx | None = None
    colour: ColourSpec | None = None
    weight: Weight | None = None

    def __post_init__(self) -> None:
        if self.colour is not None:
            check_colours(self.colour)


class LabelSymbol(_Part, frozen=True, kw_only=True):
    """Label text symbols; drawn only while a pixel is between these ground sizes in metres wide.

    `first` applies to labels of rank 0, `close` to all labels once a pixel is narrower than `close_m`.
    A label wider than `wrap_px` is split into two lines at a space.
    """

    size_px: LabelPx = 11
    colour: ColourSpec = "label"
    halo: ColourSpec = "label_halo"
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
    first: LabelVariant | None = None
    close: LabelVariant | None = None
    close_m: Annotated[float, msgspec.Meta(gt=0)] = 25.0

    def __post_init__(self) -> None:
        check_colours(self.colour, self.halo)


class ClassSymbol(_Part, frozen=True, kw_only=True):
    """Differences of one class from its layer; `title` is shown in the legend."""

    colour: ColourSpec
    title: str = ""
    shape: SymbolName | None = None
    size_px: WidthPx | None = None

    def __post_init__(self) -> None:
        check_colours(self.colour)


class CategorisedSymbols(_Part, frozen=True, kw_only=True):
    """Categorised symbols by the text in `field`; other classes keep the symbol of the layer."""

    field: str
    looks: dict[str, ClassSymbol]


class GraduatedSymbols(_Part, frozen=True, kw_only=True):
    """Graduated symbols by the number in `field`: one colour more than there are `breaks`.

    A value equal to a break belongs to the class above it. `ramp` spreads its colours over the classes
    instead of listing each one.
    """

    breaks: tuple[float, ...]
    field: str = ""
    colours: tuple[ColourSpec, ...] = ()
    ramp: tuple[ColourSpec, ...] = ()
    sizes_px: tuple[WidthPx, ...] = ()
    unit: str = ""

    def __post_init__(self) -> None:
        """Check that breaks, colours and sizes fit together."""
        check_colours(*self.colours, *self.ramp)
        classes = len(self.breaks) + 1
        if not self.breaks or any(low >= high for low, high in pairwise(self.breaks)):
            raise ValueError(_("breaks must be in ascending order"))
        if bool(self.colours) == bool(self.ramp):
            raise ValueError(_("use either colours or a ramp"))
        if self.colours and len(self.colours) != classes:
            raise ValueError(_("{breaks} breaks need {colours} colours").format(breaks=classes - 1, colours=classes))
        if self.ramp and len(self.ramp) < 2:
            raise ValueError(_("a ramp needs at least two colours"))
        if self.sizes_px and len(self.sizes_px) != classes:
            raise ValueError(_("{breaks} breaks need {colours} sizes").format(breaks=classes - 1, colours=classes))


class LayerSymbols(_Part, frozen=True, kw_only=True):
    """All symbols of a layer."""

    fill: FillSymbol | None = None
    line: LineSymbol | None = None
    symbol: PointSymbol | None = None
    label: LabelSymbol | None = None
    by_class: CategorisedSymbols | None = None
    by_value: GraduatedSymbols | None = None

    def __post_init__(self) -> None:
        """Reject categorised and graduated symbols together."""
        if self.by_class and self.by_value:
            raise ValueError(_("use either by_class or by_value"))


class LayerSpec(LayerSymbols, frozen=True, kw_only=True):
    """One layer.

    `source` selects the data: "map:NAME" a layer of the base map or an imported one (default: the
    layer's own name), "tiles:FILE" a .mbtiles or .pmtiles file, "values:PARAMETER" or
    "values:PARAMETER/HOURSh" a surface between stations that ends `reach_km` from them,
    "density:incidents" their density, spread over `reach_km`.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    kind: LayerSpecKind
    source: str = ""
    title: str = ""
    order: Annotated[float, msgspec.Meta(ge=0, le=MAX_ORDER)] = 60.0
    visible: bool = True
    opacity: Share = 1.0
    listed: bool = True  # whether the layer has its own row in the layer panel
    finest_m: Annotated[float, msgspec.Meta(ge=0)] = 0.0  # drawn between these ground sizes of a pixel, metres
    coarsest_m: Annotated[float, msgspec.Meta(gt=0)] | None = None
    reach_km: Annotated[float, msgspec.Meta(gt=0, le=50)] = 9.0

    def is_drawn_at(self, metres_per_px: float) -> bool:
        return self.finest_m <= metres_per_px < (self.coarsest_m or float("inf"))


class MapStyle(_Part, frozen=True, kw_only=True):
    """The whole file: layers by name, and symbols by kind for imported layers without an entry."""

    version: Literal[1]
    layer: tuple[LayerSpec, ...] = ()
    imported: dict[Literal["polygons", "lines", "points"], LayerSymbols] = {}

    def __post_init__(self) -> None:
        """Reject duplicate layer names."""
        names = [layer.name for layer in self.layer]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(_("there are two layers called {name}").format(name=name))

    def named(self, name: str) -> LayerSpec | None:
        """Return the entry of a layer."""
        return next((layer for layer in self.layer if layer.name == name), None)

    def hidden_by_default(self) -> frozenset[str]:
        """Return the names of the layers that the user must switch on."""
        return frozenset(layer.name for layer in self.layer if not layer.visible)

    def with_layers(self, other: "MapStyle") -> "MapStyle":
        """Return this style with the layers of `other`, which replace layers of the same name."""
        changed = {layer.name: layer for layer in (*self.layer, *other.layer)}
        return MapStyle(version=1, layer=tuple(changed.values()), imported=self.imported | other.imported)
