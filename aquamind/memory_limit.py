"""How much memory this process may use: the machine's, or less where a control group says so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

_LIMITS: Final = {
    "cgroup2": ("memory.max", "memory.high"),  # at `high` the kernel slows a group down to a crawl
    "cgroup": ("memory.limit_in_bytes",),
}
_ROOT: Final = Path("/")


def memory_limit(root: Path = _ROOT) -> int:
    """Bytes that this process may use. `root` is where /proc and /sys are found."""
    return min([psutil.virtual_memory().total, *_group_limits(root)])


def _group_limits(root: Path) -> Iterator[int]:
    """The limits of this process's control groups and of all those around them."""
    groups = _own_groups(root)
    for kind, group, top in _memory_mounts(root):
        if kind not in groups:
            continue
        directory = top
        own = groups[kind]
        # In a container the path may be one that only the host sees: its own group is the top.
        if own.is_relative_to(group) and ".." not in own.parts:
            directory = top / own.relative_to(group)
        while True:
            yield from _limits_in(directory, _LIMITS[kind])
            if directory == top:
                break
            directory = directory.parent


def _own_groups(root: Path) -> dict[str, Path]:
    """This process's groups with a say in memory, by kind of hierarchy."""
    found = {}
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if not controllers:
            found["cgroup2"] = Path(path)
        elif "memory" in controllers.split(","):
            found["cgroup"] = Path(path)
    return found


def _memory_mounts(root: Path) -> Iterator[tuple[str, Path, Path]]:
    """Kind, group at the top, and folder of each hierarchy of groups that is mounted."""
    for line in _lines(root / "proc/self/mountinfo"):
        mount, _, system = line.partition(" - ")
        kind, _, options = system.split(" ", 2)
        if kind == "cgroup2" or (kind == "cgroup" and "memory" in options.split(",")):
            _, _, _, group, folder, *_ = mount.split(" ")
            yield kind, Path(group), root / folder.lstrip("/")


def _limits_in(directory: Path, names: tuple[str, ...]) -> Iterator[int]:
    for name in names:
        for line in _lines(directory / name):
            if line.isdigit() and int(line) > 0:
                yield int(line)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []  # another system than Linux, or a group without this limit
