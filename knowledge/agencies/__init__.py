"""Agencies: the directory an administrator edits, names as printed, and the lists they stand in."""

from knowledge.agencies.directory import Directory, DirectorySource, Found, Resolved, directory_now, load_directory
from knowledge.agencies.entries import Entry, Level, Successor
from knowledge.agencies.headings import heading_agency
from knowledge.agencies.lists import split_agencies

__all__ = [
    "Directory",
    "DirectorySource",
    "Entry",
    "Found",
    "Level",
    "Resolved",
    "Successor",
    "directory_now",
    "heading_agency",
    "load_directory",
    "split_agencies",
]
