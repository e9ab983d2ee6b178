"""All commands of `tabuah station`; importing them puts them into their group."""

from tabuah.console.commands import station_files, station_maintenance
from tabuah.console.commands.stations import station_group

__all__ = ["station_files", "station_group", "station_maintenance"]
