"""The commands of disruptions."""
