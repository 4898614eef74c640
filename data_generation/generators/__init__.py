"""The farm's life as a pure function of configuration and seed; knows no database and no clock."""
