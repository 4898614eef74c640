"""What all domains share: abstract models, month partitions, admin for large tables."""
