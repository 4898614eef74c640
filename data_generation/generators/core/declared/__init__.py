"""How a domain declares its state and tables, and what is derived from that."""
