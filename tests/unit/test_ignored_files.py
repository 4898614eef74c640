"""What the documentation's commands leave in a checkout is not offered to git."""

import subprocess

import pytest

from tests.shell import ROOT


@pytest.mark.parametrize(
    "left",
    [
        *("reports/run-1.html", "logs/run1.jsonl", "checkpoints/aquamind.json", ".aquamind/x"),
        *("lake/batch_batch/x.parquet", "other_seed.json", "dask-scratch-space/worker-1/x"),
    ],
)
def test_what_commands_leave_is_ignored(left):
    asked = ["git", "check-ignore", "--quiet", left]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 128:
        pytest.skip("no checkout of git")

    assert done.returncode == 0
