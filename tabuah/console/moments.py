"""A moment as people here write it: "14.30", "2026-11-24 14.30", or ISO 8601; WIB where no zone is named."""

from datetime import UTC, datetime

from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB


def read_moment(text: str, *, now: datetime) -> datetime:
    """Read "2026-11-24T14:30", "2026-11-24 14.30", "14.30" or anything in ISO 8601.

    Raises:
        ValueError: it is no moment; the message says what one looks like.
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
