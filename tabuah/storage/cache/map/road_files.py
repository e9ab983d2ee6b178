"""The file of the road network of a data directory."""

from pathlib import Path
from typing import Final

from tabuah.storage.cache.map.maps import FOLDER, FileSignature, file_signature

NETWORK_NAME: Final = "roads.npz"


def network_path(directory: Path) -> Path:
    """Return the path of the road network of a data directory."""
    return directory / FOLDER / NETWORK_NAME


def network_signature(directory: Path) -> FileSignature | None:
    """Return a signature that changes with the network; None without one."""
    return file_signature(network_path(directory))
