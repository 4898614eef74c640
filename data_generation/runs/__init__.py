"""Runs: sessions and their units, what is decided, how far one is, and what it leaves behind."""
