"""Words that passwords are guessed from, in English and Indonesian."""

from functools import cache
from pathlib import Path


@cache
def common_words() -> frozenset[str]:
    """Return the words in lower case; `password_dictionary.txt` explains how to add one."""
    lines = (Path(__file__).parent / "password_dictionary.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
