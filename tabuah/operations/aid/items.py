"""Items of aid with their unit of measure, from the profile of the regency; other items may be written, too."""

from tabuah.operations.aid.balance import item_key
from tabuah.resources.regency import current_regency, shipped_regency
from tabuah.resources.regency_profile import AidItem


def aid_items() -> tuple[AidItem, ...]:
    """Return the items of the profile; those of the shipped profile where it has none."""
    return current_regency().aid_items or shipped_regency().aid_items


def unit_of(item: str) -> str:
    """Return the unit of a listed item; empty for another one."""
    wanted = item_key(item, "")
    return next((each.unit for each in aid_items() if item_key(each.name, "") == wanted), "")


def listed_name(item: str) -> str:
    """Return an item as the list writes it; another one without outer and double spaces."""
    wanted = item_key(item, "")
    return next((each.name for each in aid_items() if item_key(each.name, "") == wanted), " ".join(item.split()))
