"""Parser of typed figures: counts with separators of thousands, hectares with decimals, Rupiah."""

import re
from typing import Final

_COUNT: Final = re.compile(r"\d{1,15}|\d{1,3}(?:[. ]\d{3}){1,4}", re.ASCII)
_DECIMAL: Final = re.compile(r"(0|[1-9]\d{0,6})(?:[.,](\d{1,4}))?", re.ASCII)
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){1,2}", re.ASCII)
_M2_OF_HECTARE: Final = 10_000


def parse_figure(figure: str, text: str) -> int:
    """Return the value of a figure as it is stored: farmland in m², all others as typed.

    Farmland is typed in hectares; "1.500" are one thousand five hundred, "0,25" and "0.25" a quarter.

    Raises:
        ValueError: the text is no number of this figure.
    """
    clean = " ".join(text.split())
    if figure == "farmland_m2":
        return _hectares(clean.casefold().removesuffix("ha").strip())
    if figure == "loss_idr":
        clean = re.sub(r"^rp\.? ?", "", clean, flags=re.IGNORECASE)
    if not _COUNT.fullmatch(clean):
        raise ValueError("not a figure")
    return int(clean.replace(".", "").replace(" ", ""))


def _hectares(text: str) -> int:
    if _THOUSANDS.fullmatch(text):
        return int(text.replace(".", "")) * _M2_OF_HECTARE
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise ValueError("not a figure")
    return int(found[1]) * _M2_OF_HECTARE + int((found[2] or "").ljust(4, "0"))
