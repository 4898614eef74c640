"""Where output goes, and whether it can, changes nothing of what a command does."""

import json
import os
import pty
import shlex
import subprocess
import sys

import pytest

from tests.shell import ROOT, TIMEOUT_S, Shell

RUN = (
    "data_generation --mode=sequential --profile tiny --set generation.sessions_months=[1,1] "
    "--set runtime.workers=0"
)
VALIDATE = "data_generation --validate-only --json"
STATUS = "data_generation --status --json"


def bash(shell: Shell, words: str, redirection: str) -> subprocess.CompletedProcess:
    command = f"'{sys.executable}' manage.py runscript {words} {redirection}"
    return subprocess.run(
        ["bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        env=shell.environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@pytest.mark.parametrize(
    "redirection", [">&- 2>&- <&-", ">/dev/full 2>/dev/full", "2>&1 | head -1"]
)
def test_a_run_is_complete_whoever_listens(shell, redirection):
    done = bash(shell, RUN, redirection)

    assert done.returncode == 0, done.stderr
    assert shell.units() == 4


@pytest.mark.parametrize(
    ("words", "redirection", "status"),
    [
        (VALIDATE, ">/dev/full", 0),
        (VALIDATE, "2>/dev/full", 0),
        (STATUS, ">/dev/full", 4),
        (STATUS, ">&-", 4),
        (STATUS, "2>&-", 0),
        (STATUS, "2>&1 | head -1", 0),
    ],
)
def test_what_only_answers_says_if_nobody_gets_the_answer(tiny_farm, words, redirection, status):
    done = bash(tiny_farm, words, redirection)

    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    lost = ">&-" in redirection or redirection == ">/dev/full"
    assert ("Standard output cannot be written" in done.stderr) is (lost and redirection[0] != "2")


def test_status_tells_how_far_and_what_comes_next(shell):
    first = shell.generate(*RUN.replace("--mode=sequential", "--session=1").split()[1:])
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("Session 1 of 2 is complete.\n")

    told = shell.generate("--status").stdout
    status = json.loads(shell.generate("--status", "--json").stdout)

    assert "Progress: 1 of 1 month asked for" in told
    (following,) = [line for line in told.splitlines() if line.startswith("Next: ")]
    assert "--session=2" in following
    assert following.removeprefix("Next: ") == status["next"]
    words = shlex.split(following.removeprefix("Next: python manage.py "))
    second = shell.manage(*words)
    assert second.returncode == 0, second.stderr


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, False)],
)
def test_colours_on_a_terminal(shell, environment, coloured):
    """A checkpoint file of another run is said in a line of the log."""
    shell.checkpoints.mkdir()
    name = shell.url.split("dbname=")[1].split()[0]
    (shell.checkpoints / f"{name}.json").write_text("damaged")
    master, slave = pty.openpty()
    words = [sys.executable, "manage.py", "runscript", "data_generation", "--resume"]
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env=shell.environment(**{"TERM": "xterm", **environment}),
        stderr=slave,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    os.close(slave)
    said = b""
    while True:
        try:
            said += os.read(master, 4096)
        except OSError:
            break
    os.close(master)

    assert process.wait(timeout=TIMEOUT_S) == 0
    assert b"damaged" in said or b"Checkpoint" in said
    assert (b"\x1b[" in said) is coloured
