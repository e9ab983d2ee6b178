"""Opening of a file of raster tiles by its type: MBTiles or PMTiles."""

from pathlib import Path

from tabuah.gis.errors import TileArchiveError
from tabuah.gis.tiles.archive import TileArchive, missing_tiles_error
from tabuah.gis.tiles.mbtiles import MbtilesArchive
from tabuah.resources.localisation import _


def open_tiles(path: Path) -> TileArchive:
    """Open a file of raster tiles.

    Raises:
        MissingTilesError: the file does not exist.
        TileArchiveError: it is damaged or of another type.
    """
    if not path.is_file():
        raise missing_tiles_error(path)
    if path.suffix.lower() == ".mbtiles":
        return MbtilesArchive(path)
    if path.suffix.lower() == ".pmtiles":
        from tabuah.gis.tiles.pmtiles import PmtilesArchive  # noqa: PLC0415 (the window starts without that library)

        return PmtilesArchive(path)
    raise TileArchiveError(_("{file} is neither .mbtiles nor .pmtiles.").format(file=path.name))
