"""Commands: one module for each `manage.py runscript NAME`."""
