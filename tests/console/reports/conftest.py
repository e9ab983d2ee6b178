"""Lets the tests of this folder import what stands beside them and the room of the operations."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "operations")]
