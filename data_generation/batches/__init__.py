"""Batches generated one at a time on the farm that is there: each is a run of its own."""
