"""Design tokens: the colours of both themes with their arithmetic, spacing and corner radius."""

from typing import Final

import msgspec

CORNER_PX: Final = 8


class Palette(msgspec.Struct, frozen=True, kw_only=True):
    """The colours of one theme as #rrggbb: `critical` … `no_data` for shapes, `…_text` for their text."""

    name: str  # "dark" or "light"
    window: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    critical: str
    high: str
    attention: str
    normal: str
    information: str
    no_data: str
    on_critical: str
    exercise: str  # frame and band of a window in an exercise; no level has this colour
    on_exercise: str
    # Text colours of the levels: contrast 4.5:1 on window, panel, raised and their own tint.
    accent_text: str
    critical_text: str
    high_text: str
    attention_text: str
    normal_text: str
    information_text: str
    no_data_text: str
    # the map
    water: str
    land: str  # inside the regency
    outside: str  # neighbours
    boundary: str
    boundary_minor: str
    river: str
    label: str
    label_halo: str


DARK: Final = Palette(
    name="dark",
    window="#0e1318",
    panel="#151b22",
    raised="#1b232c",
    line="#263240",
    text="#e8eef4",
    muted="#93a1b0",
    faint="#7e8c9b",
    accent="#4cc2b0",
    on_accent="#06231f",
    critical="#ff5a5f",
    high="#ff9838",
    attention="#f5c84b",
    normal="#4fae85",
    information="#5aa9e6",
    no_data="#7a8794",
    on_critical="#260507",
    exercise="#b794f6",
    on_exercise="#1d0d36",
    accent_text="#4cc2b0",
    critical_text="#ff7377",
    high_text="#ff9838",
    attention_text="#f5c84b",
    normal_text="#56b88d",
    information_text="#5aa9e6",
    no_data_text="#94a1ae",
    water="#16304a",
    land="#1d2730",
    outside="#12181e",
    boundary="#7fdccb",
    boundary_minor="#4a5866",
    river="#3a6ea0",
    label="#cfd9e3",
    label_halo="#12181e",
)

LIGHT: Final = Palette(
    name="light",
    window="#eef1f4",
    panel="#ffffff",
    raised="#f5f7f9",
    line="#d9e0e7",
    text="#17212b",
    muted="#566575",
    faint="#626f7d",
    accent="#0b7f72",
    on_accent="#ffffff",
    critical="#d7263d",
    high="#d96a00",
    attention="#b58900",
    normal="#2c8a61",
    information="#1f77b4",
    no_data="#7a8794",
    on_critical="#ffffff",
    exercise="#6a3fc4",
    on_exercise="#ffffff",
    accent_text="#086b60",
    critical_text="#b4182c",
    high_text="#944800",
    attention_text="#6f5300",
    normal_text="#1b6848",
    information_text="#185f91",
    no_data_text="#55616d",
    water="#cfe2f1",
    land="#f7f4ec",
    outside="#e9ebec",
    boundary="#0b7f72",
    boundary_minor="#a89f8c",
    river="#5b9bd0",
    label="#2b3640",
    label_halo="#ffffff",
)

PALETTES: Final = {"dark": DARK, "light": LIGHT}


def mix(under: str, over: str, share: float) -> str:
    """Return the opaque colour of `over` painted on `under` with opacity `share`."""
    pairs = ((int(under[i : i + 2], 16), int(over[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * (1 - share) + b * share):02x}" for a, b in pairs)
