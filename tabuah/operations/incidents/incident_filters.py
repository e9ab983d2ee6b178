"""The filters of an incident search, and the orders of its result."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from tabuah.operations.codes import Channel, Hazard, Severity, Status

FilterText = Annotated[str, Meta(max_length=200)]
SearchWords = Annotated[str, Meta(max_length=2_000)]


class IncidentStage(StrEnum):
    """Which incidents are searched: open ones, ended ones (the archive), or all."""

    OPEN = "open"
    ENDED = "ended"
    ALL = "all"


class IncidentOrder(StrEnum):
    """The order of a list of incidents."""

    URGENT = "urgent"  # open before ended, late before others, then the worst, then the oldest
    NEWEST = "newest"  # by the time of the report
    OLDEST = "oldest"
    CHANGED = "changed"  # last changed first
    NUMBER = "number"


class IncidentFilters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a search asks for; an empty filter allows everything.

    `unit` is a unit or an OPD that is assigned; `opd` also allows the units of the OPD. `author` reported the
    incident or wrote a note. `parent_event` is the id of an event, whose merged incidents are found as well.
    `since` and `until` limit the time of the report; `until` itself is excluded.
    """

    words: SearchWords = ""
    stage: IncidentStage = IncidentStage.ALL
    statuses: frozenset[Status] = frozenset()
    hazards: frozenset[Hazard] = frozenset()
    severities: frozenset[Severity] = frozenset()
    channels: frozenset[Channel] = frozenset()
    kecamatan: FilterText = ""
    nagari: FilterText = ""
    opd: FilterText = ""
    unit: FilterText = ""
    author: FilterText = ""
    parent_event: FilterText = ""
    since: datetime | None = None
    until: datetime | None = None
    late: bool = False
