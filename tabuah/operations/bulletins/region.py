"""The regency for bulletins: centre, outline and place names."""

from tabuah.gis.base_map import BaseMap
from tabuah.gis.outline import outline_of
from tabuah.operations.feeds.proximity import Region
from tabuah.resources.regency import current_regency


def region_of(base_map: BaseMap) -> Region:
    """Return the regency of a map; the outline is official if official boundaries were imported."""
    outline = outline_of(base_map)
    kecamatan = next(layer for layer in base_map.layers if layer.name == "kecamatan_labels")
    return Region(
        name=outline.name,
        lon_deg=outline.lon_deg,
        lat_deg=outline.lat_deg,
        outline=outline.shape,
        kecamatan=tuple(feature.name for feature in kecamatan.features),
    )


def own_places(base_map: BaseMap) -> tuple[str, ...]:
    """Return names for our regency in felt reports: its own, its capital, its kecamatan and nagari."""
    layers = {layer.name: layer for layer in base_map.layers}
    names = [feature.name for name in ("kecamatan_labels", "nagari") for feature in layers[name].features]
    regency = current_regency()
    return (regency.short_name, regency.name, regency.capital, *names)
