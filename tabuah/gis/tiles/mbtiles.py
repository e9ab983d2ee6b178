"""Reader of raster MBTiles (specification 1.3): tiles in an SQLite file, rows counted from the south."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tabuah.gis.tiles import archive


class MbtilesArchive:
    """An open MBTiles file, read only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            self.facts = self._read_facts()
        except BaseException:
            self._database.close()
            raise

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        place = (zoom, column, 2**zoom - 1 - row)
        query = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        try:
            with closing(self._database.execute(query, place)) as found:
                data = found.fetchone()
        except sqlite3.DatabaseError as error:
            if not self._path.is_file():
                raise archive.missing_tiles_error(self._path) from error
            raise archive.damaged_tiles_error(self._path, error) from error
        if data is None:
            return None
        return data[0] if isinstance(data[0], bytes) and len(data[0]) <= archive.MAX_TILE_BYTES else b""

    def close(self) -> None:
        self._database.close()

    def _read_facts(self) -> archive.TileMetadata:
        try:
            with closing(self._database.execute("SELECT name, value FROM metadata")) as rows:
                metadata = {str(name): str(value) for name, value in rows}
            if metadata.get("format", "png") in ("pbf", "mvt"):
                raise archive.vector_tiles_error(self._path)
            least, most = self._zooms(metadata)
        except (sqlite3.DatabaseError, ValueError) as error:
            raise archive.damaged_tiles_error(self._path, error) from error
        return archive.TileMetadata(
            title=metadata.get("name", "") or self._path.stem,
            min_zoom=least,
            max_zoom=most,
            attribution=archive.strip_links(metadata.get("attribution")),
            bounds_deg=_bounds(metadata.get("bounds", "")),
        )

    def _zooms(self, metadata: dict[str, str]) -> tuple[int, int]:
        if "minzoom" in metadata and "maxzoom" in metadata:
            least, most = int(metadata["minzoom"]), int(metadata["maxzoom"])
        else:
            row = self._database.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
            least, most = int(row[0] or 0), int(row[1] or 0)
        if not 0 <= least <= most <= archive.MAX_ZOOM:
            raise ValueError(f"zoom {least} to {most}")
        return least, most


def _bounds(text: str) -> tuple[float, float, float, float] | None:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (west, south, east, north) if west < east and south < north else None
