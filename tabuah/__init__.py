"""Tabuah: the GIS operations console of Kabupaten Solok."""

__version__ = "0.1.0"
