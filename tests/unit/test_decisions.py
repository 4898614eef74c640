"""The index of decisions lists every decision as its own page says it."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
STATUS = r"accepted|superseded by \[\d+\]\((\d{4}-[a-z0-9-]+\.md)\)"


def pages():
    return sorted(FOLDER.glob("[0-9]*.md"))


def test_the_index_lists_every_decision_with_number_title_date_and_status():
    expected = []
    for page in pages():
        title, _, status, *_ = page.read_text("utf-8").splitlines()
        number, words = re.fullmatch(r"# (\d+)\. (.+)", title).groups()
        assert int(number) == int(page.name[:4])
        state, _, day = status.removeprefix("Status: ").rpartition(", ")
        expected.append([f"[{number}]({page.name})", words, day, state])

    lines = (FOLDER / "README.md").read_text("utf-8").splitlines()
    listed = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("| [")
    ]
    assert listed == expected


def test_every_decision_has_a_status_and_a_date():
    for page in pages():
        line = page.read_text("utf-8").splitlines()[2]
        found = re.fullmatch(rf"Status: (?:{STATUS}), \d{{4}}-\d\d-\d\d", line)
        assert found, page.name
        assert found[1] is None or (FOLDER / found[1]).is_file()


def test_no_number_is_given_twice():
    numbers = [page.name[:4] for page in pages()]

    assert len(set(numbers)) == len(numbers)
