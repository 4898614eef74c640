"""How real the stored data look: reference quantities measured by SQL, tables, plots."""
