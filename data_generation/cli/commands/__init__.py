"""One module for each script of `runscript`."""
