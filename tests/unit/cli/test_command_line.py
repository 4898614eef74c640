"""One program, two ways to call it: `python manage.py ...` and `aquamind-data ...`."""

import sys

import pytest

from aquamind import program
from aquamind.embedded import EmbeddedServerError
from data_generation import command_line
from data_generation.cli import registry
from data_generation.cli.flags.options import build_parser
from data_generation.errors import Refused
from tests.shell import ROOT

RESUME = "Go on: python manage.py runscript data_generation --resume"


@pytest.fixture(autouse=True)
def streams_of_the_test(monkeypatch):
    """The program replaces the standard streams of its process, which here is pytest."""
    monkeypatch.setattr(command_line.streams, "secure", lambda: None)


@pytest.fixture(params=["installed", "console command of a checkout"])
def by_console(request, monkeypatch):
    if request.param == "installed":
        monkeypatch.setattr(program, "IS_CHECKOUT", False)
    else:
        monkeypatch.setattr(sys, "argv", ["/somewhere/bin/aquamind-data", "--list"])


def test_a_checkout_is_its_own_home_and_calls_manage_py():
    assert program.HOME == ROOT
    assert program.as_called(RESUME) == RESUME
    assert str(Refused("No.", RESUME)) == f"No.\n{RESUME}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (RESUME, "Go on: aquamind-data data_generation --resume"),
        ("Run `python manage.py migrate`; then", "Run `aquamind-data migrate`; then"),
        ("See manage.py runscript event_engine --help", "See aquamind-data event_engine --help"),
        ("the file manage.py", "the file manage.py"),
    ],
)
def test_commands_are_shown_as_they_are_called(text, shown, by_console):
    assert program.as_called(text) == shown
    assert str(Refused(text, text)) == f"{shown}\n{shown}"
    assert str(EmbeddedServerError(text, text)) == f"{shown}\n{shown}"


def test_help_shows_commands_as_they_are_called(by_console):
    shown = build_parser().format_help()

    assert "usage: aquamind-data data_generation" in shown
    assert "manage.py" not in shown


@pytest.mark.parametrize(
    ("words", "run"),
    [
        (["data_generation", "--resume"], ["runscript", "data_generation", "--resume"]),
        (["01_bootstrap_infrastructure"], ["runscript", "01_bootstrap_infrastructure"]),
        (["runscript", "realism"], ["runscript", "realism"]),
        (["migrate", "--verbosity", "0"], ["migrate", "--verbosity", "0"]),
        (["data_generator"], ["data_generator"]),
    ],
)
def test_a_script_needs_no_runscript_before_its_name(words, run, monkeypatch):
    ran = []
    monkeypatch.setattr(sys, "argv", ["aquamind-data", *words])
    monkeypatch.setattr(command_line, "execute_from_command_line", ran.append)

    assert command_line.console() == 0
    assert ran == [["aquamind-data", *run]]


@pytest.mark.parametrize(("words", "status"), [([], 2), (["--list"], 0), (["--help"], 0)])
def test_scripts_and_commands_are_listed(words, status, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["aquamind-data", *words])

    assert command_line.console() == status
    out, err = capsys.readouterr()
    for name in (*(script.name for script in registry.SCRIPTS), "migrate", "embedded_postgres"):
        assert name in (err if status else out)
