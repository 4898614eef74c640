"""Reports of what a run has stored."""
