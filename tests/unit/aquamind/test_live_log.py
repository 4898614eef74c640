"""The tail of a run's log on the run's page."""

import json
import os

from data_generation.live.log import tail


def write(path, *events):
    path.write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")


def event(text, **more):
    return {"timestamp": "2026-01-02T03:04:05.6Z", "level": "info", "event": text, "run": 1, **more}


def test_the_newest_log_of_the_run_is_shown_without_debug(tmp_path):
    write(tmp_path / "run1-a.jsonl", event("old"))
    write(tmp_path / "run1-b.jsonl", event("chunk", rows=5), event("detail", level="debug"))
    write(tmp_path / "run2-c.jsonl", event("other"))
    os.utime(tmp_path / "run1-a.jsonl", (1, 1))
    assert tail(tmp_path, 1) == "03:04:05 info    chunk  rows=5"


def test_a_line_that_is_being_written_or_damaged_is_passed_over(tmp_path):
    path = tmp_path / "run1-a.jsonl"
    write(path, event("whole"))
    with path.open("ab") as file:
        file.write(b'[1]\n\xff\xfe\n{"timestamp": "2026-01-0')
    assert tail(tmp_path, 1).endswith("whole")


def test_only_the_end_of_a_long_log_is_read(tmp_path):
    write(tmp_path / "run1-a.jsonl", *(event(f"line {n}") for n in range(5000)))
    lines = tail(tmp_path, None).splitlines()
    assert 5 < len(lines) < 50
    assert lines[-1].endswith("line 4999")


def test_no_log_is_said_so(tmp_path):
    assert str(tmp_path) in tail(tmp_path, 1)
    assert str(tmp_path / "none") in tail(tmp_path / "none", 1)
