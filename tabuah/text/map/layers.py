"""Text about map layers: titles, classes, and surfaces."""

from itertools import pairwise
from typing import Final

from tabuah.gis.layers.map_style import LayerSpec, LayerSymbols
from tabuah.resources.localisation import N_, _, format_number, ngettext


def describe_surface_points(count: int) -> str:
    """Return the number of stations that a surface is computed from."""
    if count == 0:
        return _("no station has sent enough data")
    return ngettext("from {n} station", "from {n} stations", count).format(n=count)


def missing_layer_text() -> str:
    """Return the note of an imported layer without data."""
    return _("The layer data is missing. Import the file again.")


def style_title(spec: LayerSpec) -> str:
    """Return the title of a layer of the style file."""
    return _(spec.title) if spec.title else spec.name


def mark_estimate(title: str, *, estimated: bool) -> str:
    """Mark the title of a layer whose geometry is only estimated."""
    return _("{layer} (estimate)").format(layer=title) if estimated else title


# titles of the shipped style file, listed here for translation
_TITLES: Final = (
    N_("Rivers"), N_("Lakes"), N_("Nagari borders"), N_("Kecamatan borders"), N_("Nagari"), N_("Volcanoes"),
    N_("Towns"), N_("Streams"), N_("Buildings"), N_("Tracks and paths"), N_("Local roads"), N_("Secondary roads"),
    N_("Main roads"), N_("Facilities"), N_("Hospital"), N_("Puskesmas"), N_("School"), N_("Fire station"),
    N_("Police"), N_("Assembly point"), N_("Bridge"),
    N_("Rain of the last hour"), N_("Rain of the last 24 hours"), N_("Density of incidents"),
    N_("Weather warnings"), N_("Earthquakes"), N_("Volcano levels"),
    N_("Closed roads"), N_("Closed roads and outages"), N_("Closed road"), N_("Closed bridge"), N_("Power outage"),
    N_("Water outage"), N_("Telecommunication outage"),
    N_("Shelters and posts"), N_("Evacuation shelter"), N_("Command post"), N_("Field post"), N_("Health post"),
    N_("Public kitchen"), N_("Aid store"), N_("No ready unit"),
    N_("I Normal"), N_("II Waspada"), N_("III Siaga"),
    N_("IV Awas"),
)  # fmt: skip


def class_labels(look: LayerSymbols | None) -> tuple[str, ...]:
    """Return the class labels of a style, such as "1–5" and "≥ 100 mm"; empty if it has none."""
    if look is None or look.by_value is None:
        named = look.by_class.looks if look and look.by_class else {}
        return tuple(_(each.title) if each.title else name for name, each in named.items())
    breaks = [format_break(value) for value in look.by_value.breaks]
    unit = f" {look.by_value.unit}" if look.by_value.unit else ""
    between = [f"{low}–{high}" for low, high in pairwise(breaks)]
    return (f"< {breaks[0]}", *between, f"≥ {breaks[-1]}{unit}")


def format_break(value: float) -> str:
    """Return a class break as text."""
    return format_number(value, digits=0 if value == round(value) else 1)
