"""The command line: flags, messages, and what the commands share."""
