"""Deciding per intent between an answer, a choice and "not found"; `knowledge.qa.compose` words it."""
