"""Django management commands of the data generator."""
