"""The file of the road network of a data directory."""

from pathlib import Path
from typing import Final

from tabuah.storage.cache.map.maps import FOLDER

NETWORK_NAME: Final = "roads.npz"

FileSignature = tuple[int, int, int]  # size, time of the last change, inode


def network_path(directory: Path) -> Path:
    """Return the path of the road network of a data directory."""
    return directory / FOLDER / NETWORK_NAME


def network_signature(directory: Path) -> FileSignature | None:
    """Return a signature that changes with the network; None without one."""
    try:
        found = network_path(directory).stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
