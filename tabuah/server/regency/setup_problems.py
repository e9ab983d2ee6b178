"""The problems of a setup folder: all are counted, and only as many are kept as a message shows."""

from collections.abc import Iterable, Iterator

from tabuah.server.errors import MAX_PROBLEMS_SHOWN


class SetupProblems:
    """Sentences with file and line; a folder can have a problem in each of 10,000 lines of each file."""

    def __init__(self, problems: Iterable[str] = ()) -> None:
        self._kept: list[str] = []
        self._count = 0
        self.extend(problems)

    def append(self, problem: str) -> None:
        self._count += 1
        if self._count <= MAX_PROBLEMS_SHOWN:
            self._kept.append(problem)

    def extend(self, problems: Iterable[str]) -> None:
        for problem in problems:
            self.append(problem)

    def __len__(self) -> int:
        """Return the number of all problems."""
        return self._count

    def __iter__(self) -> Iterator[str]:
        """Yield the first problems."""
        return iter(self._kept)
