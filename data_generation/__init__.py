"""Ten years of a salmon farmer's data: generators, storage, orchestration, validation, reports."""

GENERATOR_VERSION = "1"
"""Raised by hand whenever the same seed and configuration give other data; part of the fingerprint."""
