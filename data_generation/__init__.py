"""Ten years of a salmon farmer's data: generated, stored, checked, reported on."""

GENERATOR_VERSION = "3"
"""Raised by hand when the same configuration gives other data; part of the fingerprint.

A test ties it to digests of the data; `make digests` keeps new ones after it was raised.
"""
