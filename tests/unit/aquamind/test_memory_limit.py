"""The memory that control groups leave, read from trees of files as kernels show them."""

import psutil
import pytest

from aquamind.memory_limit import memory_limit
from data_generation.runs.engine.memory import machine_limit_mb

MB = 1024**2
TOTAL = psutil.virtual_memory().total
NONE_V1 = str(2**63 - 4096)

V2 = "29 23 0:26 {group} /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
V1 = "35 31 0:32 {group} /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory"
HYBRID = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"
OTHER = "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu"


@pytest.fixture
def system(tmp_path):
    """Makes /proc and /sys of a process: its groups, what is mounted, the groups' files."""

    def make(groups, mounts, files):
        own = tmp_path / "proc" / "self"
        own.mkdir(parents=True)
        (own / "cgroup").write_text("".join(f"{line}\n" for line in groups))
        (own / "mountinfo").write_text("".join(f"{line}\n" for line in mounts))
        for name, value in files.items():
            file = tmp_path / "sys/fs/cgroup" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{value}\n")
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("groups", "mounts", "files", "expected"),
    [
        pytest.param([], [], {}, TOTAL, id="no groups"),
        pytest.param(["0::/"], [V2.format(group="/")], {}, TOTAL, id="v2: the root has no limit"),
        pytest.param(
            ["0::/user.slice/job"],
            [V2.format(group="/")],
            {"user.slice/memory.max": "max", "user.slice/job/memory.max": 170 * MB},
            170 * MB,
            id="v2: its own",
        ),
        pytest.param(
            ["0::/user.slice/job"],
            [V2.format(group="/")],
            {"user.slice/memory.max": 90 * MB, "user.slice/job/memory.max": 170 * MB},
            90 * MB,
            id="v2: the lowest of those around it",
        ),
        pytest.param(
            ["0::/job"],
            [V2.format(group="/")],
            {"job/memory.max": 170 * MB, "job/memory.high": 150 * MB},
            150 * MB,
            id="v2: where the kernel begins to slow it down",
        ),
        pytest.param(
            ["0::/"],
            [V2.format(group="/")],
            {"memory.max": 200 * MB},
            200 * MB,
            id="v2: a container with groups of its own",
        ),
        pytest.param(
            ["0::/../elsewhere"],
            [V2.format(group="/")],
            {"memory.max": 200 * MB},
            200 * MB,
            id="v2: moved out of what the container sees",
        ),
        pytest.param(
            ["7:cpu:/", "4:memory:/docker/abc/job"],
            [OTHER, V1.format(group="/docker/abc")],
            {
                "memory/memory.limit_in_bytes": 300 * MB,
                "memory/job/memory.limit_in_bytes": 170 * MB,
            },
            170 * MB,
            id="v1: nested in a container that shows the host's names",
        ),
        pytest.param(
            ["4:memory:/docker/abc"],
            [V1.format(group="/")],
            {"memory/memory.limit_in_bytes": 300 * MB},
            300 * MB,
            id="v1: a name that only the host knows",
        ),
        pytest.param(
            ["4:cpu,memory:/job", "0::/"],
            [HYBRID, V1.format(group="/")],
            {"memory/memory.limit_in_bytes": NONE_V1, "memory/job/memory.limit_in_bytes": 80 * MB},
            80 * MB,
            id="v1 beside v2",
        ),
        pytest.param(
            ["4:memory:/job"],
            [V1.format(group="/")],
            {"memory/memory.limit_in_bytes": NONE_V1, "memory/job/memory.limit_in_bytes": NONE_V1},
            TOTAL,
            id="v1: no limit",
        ),
    ],
)
def test_the_lowest_limit_of_all_groups_counts(groups, mounts, files, expected, system):
    assert memory_limit(system(groups, mounts, files)) == expected


def test_the_guard_takes_three_quarters_of_it(monkeypatch):
    monkeypatch.setattr("data_generation.runs.engine.memory.memory_limit", lambda: 170 * MB)

    assert machine_limit_mb() == 127
