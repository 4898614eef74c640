"""The memory guard inside a control group with little memory, made for the test."""

import os
import shlex
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from aquamind.memory_limit import _memory_mounts, _own_groups
from tests.shell import ROOT

SLASH = Path("/")
LIMIT_FILE = {"cgroup2": "memory.max", "cgroup": "memory.limit_in_bytes"}


@pytest.fixture
def group():
    """A group of 170 MB within this process's own; skipped where none can be made."""
    groups = _own_groups(SLASH)
    for kind, _, top in _memory_mounts(SLASH):
        folder = top / groups[kind].relative_to("/") / f"test-{uuid.uuid4().hex}"
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            (folder / LIMIT_FILE[kind]).write_text(str(170 * 1024**2))
        except OSError:
            folder.rmdir()
            continue
        yield folder
        folder.rmdir()
        return
    pytest.skip("no control group with a memory limit can be made here")


@pytest.mark.long
def test_a_nested_group_ends_with_the_guards_code_and_not_with_a_kill(group, tmp_path):
    command = [
        *(sys.executable, "manage.py", "runscript", "data_generation", "--session=1"),
        *("--profile", "tiny", "--no-progress", "--sink", f"parquet:{tmp_path / 'lake'}"),
    ]
    enter = f"echo $$ > {shlex.quote(str(group / 'cgroup.procs'))} && exec {shlex.join(command)}"
    folders = {f"AQUAMIND_{name}_DIR": str(tmp_path) for name in ("CHECKPOINT", "LOG")}
    done = subprocess.run(
        ["/bin/sh", "-c", enter],
        cwd=ROOT,
        env={**os.environ, **folders},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 75, done.stderr
    assert "the limit is 127 MB" in done.stderr
