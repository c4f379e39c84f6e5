"""Choices that stand in somebody's chat, what a talk is about, and every sentence that is said."""
