"""What an import brought: the shapes of `map import --json`, light enough for a window that starts."""

import msgspec


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """A layer, or official boundaries. `repaired` counts the features that had to be mended."""

    layer: str
    table: str
    features: int
    kinds: tuple[str, ...]
    repaired: int
    official: bool
    kecamatan: int = 0
    nagari: int = 0
    notes: tuple[str, ...] = ()


class BaseMapTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A finished base map: its file's name, and how many objects each layer of it has."""

    base_map: str
    layers: dict[str, int]
