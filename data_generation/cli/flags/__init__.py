"""Flags, by what they say: which data, which farm, which days, and what to do with them."""
