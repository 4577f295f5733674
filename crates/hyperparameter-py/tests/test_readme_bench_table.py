"""The table in README.md is the one that was measured (`benches/RESULTS.md`)."""

import runpy
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "benches" / "compare" / "readme_table.py"


def test_the_table_in_the_readme_is_cut_from_the_results():
    script = runpy.run_path(str(SCRIPT))
    assert script["between"](script["RESULTS"]).strip(), "benches/RESULTS.md has no table: make bench-compare"
    assert script["agree"](), "README.md and benches/RESULTS.md disagree: python3 benches/compare/readme_table.py"
