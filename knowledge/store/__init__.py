"""The database: what is loaded, which version of it is live, and search over it."""
