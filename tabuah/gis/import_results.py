"""Results of an import, as printed by `map import --json`.

The module loads nothing but msgspec, so that it does not slow down the start of the window.
"""

import msgspec


class LayerImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """Result for a layer or official boundaries; `repaired` counts features with repaired geometry."""

    layer: str
    table: str
    features: int
    kinds: tuple[str, ...]
    repaired: int
    official: bool
    kecamatan: int = 0
    nagari: int = 0
    notes: tuple[str, ...] = ()


class BaseMapImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """Result for a base map: its file name and the number of objects in each layer."""

    base_map: str
    layers: dict[str, int]
