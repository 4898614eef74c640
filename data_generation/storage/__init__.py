"""Arrow tables to PostgreSQL: binary COPY, staged monthly partitions, digests.

Knows psycopg, pyarrow and pgpq; knows nothing of Django, of generators or of units of work. Every
function works inside the transaction that its caller opened and never commits.
"""
