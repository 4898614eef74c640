"""Checks of what is stored: integrity, business rules, statistics."""
