"""No two modules of the generator have a class of the same name: one word, one meaning."""

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "data_generation"

PROTOCOLS = {"Forecast", "Ledger", "DaysOutput"}
"""What a run needs of the generator, in `runs/ports.py`, has the names of what fulfils it."""


def test_a_class_name_is_defined_once():
    found = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(file.relative_to(PACKAGE).as_posix())

    twice = {name: files for name, files in found.items() if len(files) > 1}

    assert twice.keys() - PROTOCOLS == {"Command"} & twice.keys()
    assert all("runs/ports.py" in files for name, files in twice.items() if name in PROTOCOLS)
