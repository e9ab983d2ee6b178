"""Parser for times as users write them: "14.30", "2026-11-24 14.30" or ISO 8601; WIB without a zone."""

from datetime import UTC, datetime

from tabuah.resources.localisation import _
from tabuah.resources.time_zone import WIB


def parse_moment(text: str, *, now: datetime) -> datetime:
    """Parse "2026-11-24T14:30", "2026-11-24 14.30", "14.30" or any ISO 8601 time.

    Raises:
        ValueError: the text is no time; the message shows an example.
    """
    clean = text.strip().replace("WIB", "").strip()
    if clean and "T" not in clean and "." in clean and ":" not in clean:
        clean = clean.replace(".", ":")
    if len(clean) <= 8 and ":" in clean:
        clean = f"{now.astimezone(WIB).date().isoformat()} {clean.zfill(5)}"
    try:
        moment = datetime.fromisoformat(clean)
        return (moment if moment.tzinfo else moment.replace(tzinfo=WIB)).astimezone(UTC)
    except (ValueError, OverflowError):
        example = "2026-11-24T14:30"
        raise ValueError(_("{text} is no time; write {example} (WIB)").format(text=text, example=example)) from None
