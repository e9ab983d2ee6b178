"""Map imports, map pictures and map queries of a console."""
