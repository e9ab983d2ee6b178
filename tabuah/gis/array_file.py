"""Uncompressed .npz files of arrays without pickles: the same arrays always give the same bytes."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_ALWAYS: Final = (1980, 1, 1, 0, 0, 0)  # a fixed date: the same contents give the same bytes
# MemoryError: a damaged header can state any size.
UNREADABLE: Final = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    EOFError,
    MemoryError,
    zipfile.BadZipFile,
)


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by name; a file of that path is replaced when all are written.

    Raises:
        OSError: they could not be written; nothing of them stays on the disk, which may be full.
    """
    unfinished = path.with_suffix(path.suffix + ".part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
            for name, array in arrays.items():
                archive.writestr(zipfile.ZipInfo(f"{name}.npy", _ALWAYS), _npy_bytes(array))
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def read_arrays(path: Path, names: Sequence[str]) -> tuple[NDArray[Any], ...]:
    """Return arrays by name; nothing in the file is executed.

    Raises:
        OSError, ValueError, KeyError, EOFError, MemoryError, zipfile.BadZipFile: see `UNREADABLE`.
    """
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        return tuple(archive[name] for name in names)


def _npy_bytes(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()
