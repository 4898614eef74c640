"""What the pages show: one module a page, from rows to figures."""
