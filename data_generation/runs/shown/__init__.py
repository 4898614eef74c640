"""What a run tells: how far it is, its log, its state, and what it would give."""
