"""The running service: messages in, replies out, a second process for a crowd, and whether all is well."""
