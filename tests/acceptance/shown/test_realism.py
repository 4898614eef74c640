"""`runscript realism` as a user runs it."""

import json

PAGE = "# Page\n\n<!-- realism: tiny -->\nold\n<!-- realism end -->\nbelow\n"
MOST_BYTES = 150_000


def test_the_command_measures_writes_the_page_and_draws(tiny_farm, tmp_path):
    page, other, plots = tmp_path / "page.md", tmp_path / "other.json", tmp_path / "plots"
    page.write_text(PAGE)

    done = tiny_farm.manage("runscript", "realism", "--json", "--markdown", str(page))

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["dataset"]["profile"] == "tiny"
    assert result["measured"] > 75
    assert result["summary"].startswith(f"{result['inside']} of {result['measured']} quantities")
    weight = result["quantities"]["harvest_weight_g"]["values"]["Faroe Islands"]
    assert weight["range"] == [4000, 7000]
    assert weight["inside"] is (4000 <= weight["value"] <= 7000)
    text = page.read_text()
    assert f"{weight['value']:,.0f}" in text
    assert "old" not in text
    assert text.endswith("<!-- realism end -->\nbelow\n")

    other.write_text(done.stdout)
    done = tiny_farm.manage("runscript", "realism", "--plots", str(plots), "--compare", str(other))

    assert done.returncode == 0, done.stderr
    assert "Live weight at harvest" in done.stdout
    drawn = {file.name: file.stat().st_size for file in plots.iterdir()}
    assert drawn.keys() == {"areas.png", "years.png", "seeds.png"}
    assert max(drawn.values()) < MOST_BYTES


def test_what_cannot_be_done_is_said_in_two_lines(shell, tmp_path):
    file = tmp_path / "other.json"
    file.write_text("{}")
    for words, code, said in (
        ((), 3, "holds no run over years"),
        (("--compare", str(file)), 2, "--compare is for --plots"),
        (("--plots", str(tmp_path), "--compare", str(file)), 2, "not what runscript realism"),
    ):
        done = shell.manage("runscript", "realism", *words)
        assert done.returncode == code
        assert said in done.stderr
        assert "Traceback" not in done.stderr
