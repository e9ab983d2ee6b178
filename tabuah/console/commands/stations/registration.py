"""Registration of all commands of `tabuah station`: importing their modules adds them to the group."""

from tabuah.console.commands.stations import station_files, station_maintenance
from tabuah.console.commands.stations.stations import station_group

__all__ = ["station_files", "station_group", "station_maintenance"]
