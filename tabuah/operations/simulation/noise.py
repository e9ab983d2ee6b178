"""Random numbers that depend only on their purpose, so that a scenario can start at any time.

Each number is a hash of (seed, purpose, series, sample), never the next of a sequence.
"""

import zlib

import numpy as np

from tabuah.operations.simulation.arrays import Floats, Ints, Words

# The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, https://doi.org/10.1145/2660193.2660195).
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def keys_of(names: list[str], *, seed: int, purpose: str) -> Words:
    """Return one key for each name, independent of the other names."""
    salt = np.uint64(zlib.crc32(purpose.encode()) << 32 | (seed & 0xFFFFFFFF))
    plain = np.array([zlib.crc32(name.encode()) for name in names], dtype=np.uint64)
    return _mixed(_mixed(plain + _GOLDEN) ^ salt)


def uniform(keys: Words, samples: Ints) -> Floats:
    """Return numbers in (0, 1), one for each pair of key and sample number."""
    bits = _mixed(keys + samples.astype(np.uint64) * _GOLDEN) >> np.uint64(11)
    return (bits.astype(np.float64) + 0.5) * 2.0**-53


def normal(keys: Words, samples: Ints) -> Floats:
    """Return standard normal numbers (Box and Muller, 1958)."""
    first = uniform(keys, samples)
    second = uniform(_mixed(keys ^ _MIX_1), samples)
    return np.asarray(np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second))


def _mixed(words: Words) -> Words:
    words = (words ^ (words >> np.uint64(30))) * _MIX_1
    words = (words ^ (words >> np.uint64(27))) * _MIX_2
    return words ^ (words >> np.uint64(31))
