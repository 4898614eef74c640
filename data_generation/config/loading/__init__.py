"""From YAML files and flags to the typed configuration, and its fingerprint."""
