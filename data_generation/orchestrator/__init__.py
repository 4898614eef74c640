"""Order, retries and time: sessions, units, checkpoints, lock, memory guard, workers."""
