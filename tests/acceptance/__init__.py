"""Runs on the real papers beside the checkout; nothing is collected where they are missing."""
