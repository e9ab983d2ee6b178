"""Tabuah: the GIS operations console of a regency."""

__version__ = "0.1.0"
