"""What the entries about stations carry."""

import msgspec

from tabuah.operations.stations.station import Station


class StationRegistered(msgspec.Struct, frozen=True, kw_only=True):
    """A new station."""

    station: Station


class StationEdited(msgspec.Struct, frozen=True, kw_only=True):
    """The station anew, whole: an administrator edits it in one place."""

    station: Station
