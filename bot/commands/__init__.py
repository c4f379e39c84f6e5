"""The commands of `kehoach`, a module for each kind of work."""
