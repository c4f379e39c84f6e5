"""A file in, a draft version of a plan out."""
