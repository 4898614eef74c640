"""A command that the tests fork is the command that a user starts."""

import subprocess

import pytest

from tests.shell import COMMANDS, Shell

NOWHERE = "postgresql:///none?host=/nowhere"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("runscript", "data_generation", "--dry-run", "--profile=tiny"), 0),
        (("runscript", "data_generation", "--status"), 4),
        (("runscript", "data_generation", "--set=farm.countries=[atlantis]"), 2),
    ],
)
def test_it_answers_as_a_new_process_does(words, code, tmp_path):
    shell = Shell(NOWHERE, tmp_path)
    forked = shell.manage(*words)
    # A variable for the interpreter has it started anew.
    anew = shell.manage(*words, PYTHONHASHSEED="0")

    assert forked.returncode == code
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        anew.returncode,
        anew.stdout,
        anew.stderr,
    )


def test_its_environment_is_its_own(tmp_path):
    shell = Shell(NOWHERE, tmp_path)
    with_debug = shell.manage("diffsettings", AQUAMIND_DEBUG="1", DJANGO_SECRET_KEY="of one alone")
    without = shell.manage("diffsettings")

    assert "DEBUG = True" in with_debug.stdout
    assert "of one alone" in with_debug.stdout
    assert "DEBUG = True" not in without.stdout
    assert "of one alone" not in without.stdout


def test_one_that_takes_too_long_is_killed_and_the_next_runs(tmp_path):
    shell = Shell(NOWHERE, tmp_path)
    years = ("runscript", "data_generation", "--dry-run", "--exact", "--profile=bakkafrost")
    with pytest.raises(subprocess.TimeoutExpired):
        COMMANDS.run(years, shell.environment(), 0.2)

    assert shell.must("runscript", "--list")
