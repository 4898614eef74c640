"""Where files go, and that they are replaced whole."""

import pytest

from data_generation.errors import Refused
from data_generation.runs.folders import folders_from, require_writable


def test_folders_are_below_the_project_unless_the_environment_says_otherwise(tmp_path):
    found = folders_from({"AQUAMIND_LOG_DIR": "/var/tmp/logs", "AQUAMIND_REPORT_DIR": ""}, tmp_path)

    assert found.checkpoints == tmp_path / "checkpoints"
    assert str(found.logs) == "/var/tmp/logs"
    assert found.reports == tmp_path / "reports"


def test_a_folder_is_made_and_the_proof_leaves_nothing(tmp_path):
    require_writable(tmp_path / "a" / "b", "log", "--log-dir")

    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(Refused) as refusal:
        require_writable(tmp_path / "file" / "x", "log", "--log-dir")

    assert "log folder" in refusal.value.message
    assert "--log-dir DIR" in refusal.value.hint
