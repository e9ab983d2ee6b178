"""Simulated power cut: the files of a killed process as a disk would have them that lost every write without fsync.

The process runs under strace, which records the writes to its SQLite databases. After `kill -9` the kernel still has
all writes; a power cut loses those that no fsync followed. `cut_power` writes the databases in that state. This is
the worst case: a real disk keeps some of the lost writes.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

STRACE: Final = shutil.which("strace")
_CALLS: Final = "pwrite64,ftruncate,fsync,fdatasync"
_DATABASES: Final = (".db", ".db-wal")
_LINE: Final = re.compile(r"(?P<pid>\d+) +(?P<rest>.*)")
_CALL: Final = re.compile(r"(?P<name>\w+)\(\d+<(?P<path>[^>]*)>(?P<more>.*)")
_PWRITE: Final = re.compile(r', "(?P<hex>[^"]*)", \d+, (?P<offset>\d+)')
_TRUNCATE: Final = re.compile(r", (?P<size>\d+)")


def recorded(log: Path, command: Sequence[str]) -> list[str]:
    """Return a command line that runs `command` and records its writes in `log`; its process is the command's."""
    assert STRACE is not None
    options = ["-D", "-f", "-qq", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-e", f"trace={_CALLS}"]
    options += ["-e", "signal=none"]
    return [STRACE, *options, "-o", str(log), *command]


@dataclass
class _File:
    """The content that the process sees, and that of the last fsync."""

    written: bytearray
    durable: bytes = b""

    def __post_init__(self) -> None:
        self.durable = bytes(self.written)


@dataclass
class _Recording:
    """The calls of a recording, applied in order. `started` are calls that another thread interrupted in the log."""

    files: dict[Path, _File] = field(default_factory=dict)
    started: dict[str, str] = field(default_factory=dict)
    syncing: dict[str, tuple[Path, bytes]] = field(default_factory=dict)

    def read(self, line: str) -> None:
        found = _LINE.fullmatch(line)
        if found is None:
            return
        pid, rest = found["pid"], found["rest"]
        if rest.endswith("<unfinished ...>"):
            call = rest.removesuffix("<unfinished ...>").rstrip()
            self.started[pid] = call
            self._apply(pid, call)
        elif rest.startswith("<...") or self._apply(pid, rest):
            self._finish(pid, rest)

    def _apply(self, pid: str, call: str) -> bool:
        """Apply a call at its start; return whether it is one of a database."""
        found = _CALL.match(call)
        path = Path(_unescaped(found["path"]).decode()) if found is not None else Path()
        if found is None or not path.name.endswith(_DATABASES):
            return False
        file = self.files.setdefault(path, _File(bytearray()))
        match found["name"]:
            case "pwrite64":
                _write(file.written, found["more"])
            case "ftruncate":
                _resize(file.written, found["more"])
            case _:  # what was written before the start of fsync is durable at its end
                self.syncing[pid] = path, bytes(file.written)
        return True

    def _finish(self, pid: str, rest: str) -> None:
        if pid in self.syncing and rest.rstrip().endswith("= 0"):
            path, content = self.syncing.pop(pid)
            self.files[path].durable = content


def cut_power(directory: Path, before: Path, log: Path) -> int:
    """Give the databases of `directory` the durable content; return how many bytes differ from that after `kill -9`.

    Args:
        directory: the data of the killed process.
        before: a copy of them from before its start.
        log: the recording of the process.
    """
    files = {
        directory / path.relative_to(before): _File(bytearray(path.read_bytes()))
        for path in before.rglob("*")
        if path.name.endswith(_DATABASES)
    }
    recording = _Recording(files)
    for line in _lines(log):
        recording.read(line)
    lost = 0
    for path, file in files.items():
        killed = path.read_bytes() if path.exists() else b""
        lost += _difference(killed, file.durable)
        path.write_bytes(file.durable)
        path.with_name(path.name + "-shm").unlink(missing_ok=True)  # a map of memory, made again at each start
    return lost


def _lines(log: Path) -> Iterator[str]:
    with log.open(encoding="latin-1") as file:
        for line in file:
            yield line.rstrip("\n")


def _write(content: bytearray, arguments: str) -> None:
    found = _PWRITE.match(arguments)
    assert found is not None, arguments[:200]
    data, offset = _unescaped(found["hex"]), int(found["offset"])
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _resize(content: bytearray, arguments: str) -> None:
    found = _TRUNCATE.match(arguments)
    assert found is not None, arguments[:200]
    size = int(found["size"])
    del content[size:]
    content.extend(bytes(size - len(content)))


def _unescaped(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _difference(one: bytes, other: bytes) -> int:
    return abs(len(one) - len(other)) + sum(a != b for a, b in zip(one, other, strict=False))
