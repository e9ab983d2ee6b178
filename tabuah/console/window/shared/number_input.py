"""Numbers in forms: a decimal comma or point, as a person types them."""

from typing import Final

from tabuah.resources.localisation import current_language

DIGITS: Final = 6


def format_number_input(value: float) -> str:
    """Format a number for a form: no grouping, no trailing zeros, a decimal comma in Indonesian."""
    text = f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if current_language() == "id" else text


def parse_number(text: str) -> float:
    """Parse a number.

    If it has a comma, that is the decimal mark and dots group digits; otherwise the dot is decimal.

    Raises:
        ValueError: it is not a number.
    """
    plain = text.strip().replace(" ", "")
    return float(plain.replace(".", "").replace(",", ".") if "," in plain else plain)
