"""People: the `kehoach` command, the terminal chat, settings."""
