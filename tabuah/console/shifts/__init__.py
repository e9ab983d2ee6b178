"""The data of a console for a handover."""
