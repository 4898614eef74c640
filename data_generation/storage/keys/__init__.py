"""Where a run's keys lie among stored ones: shifts, adopted rows, sequences."""
