"""What is said about groups of alarms and about what is kept quiet, for commands and the window."""

from typing import Final

from tabuah.operations.alarms import causes
from tabuah.operations.alarms.grouping import AlarmGroup
from tabuah.operations.alarms.suppressing import Why
from tabuah.resources.catalogue import _

_WHY: Final[dict[str, str]] = {
    Why.LINK: "its link is lost",
    Why.LADDER: "a worse alarm speaks for it",
    Why.SHELVED: "shelved",
    Why.MAINTENANCE: "under maintenance",
}
_FAMILIES: Final[dict[str, str]] = {
    causes.RAIN: "{n} rain",
    causes.SLOPE: "{n} slopes",
    causes.STAGE: "{n} gauges",
}


def why_word(why: Why) -> str:
    """Why something is kept quiet."""
    return _(_WHY[why])


def storm_words(group: AlarmGroup) -> str:
    """What one storm has done, by kinds of station: "satu badai: 42 hujan, 7 pos air"; empty for other groups."""
    if group.family != causes.STORM:
        return ""
    counted = [_(_FAMILIES[family]).format(n=n) for family, n in group.families.items() if family in _FAMILIES]
    return _("one storm: {what}").format(what=", ".join(counted))
