"""Printed maps: a sheet with title, legend, scale, grid and sources as PDF, SVG or PNG."""
