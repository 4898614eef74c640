"""Typed configuration: every number the generators use, validated on load."""
