"""Runs whose units are kept in PostgreSQL: the record, the lock, one transaction a unit."""
