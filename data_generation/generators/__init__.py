"""The farm's life as a pure function of configuration and seed: no Django, no database, no clock."""
