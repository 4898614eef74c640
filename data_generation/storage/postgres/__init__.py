"""PostgreSQL's side: its catalog, sessions, sizes, digests; what is emptied or compressed."""
