"""Pictures of a dataset; the only part that imports matplotlib."""
