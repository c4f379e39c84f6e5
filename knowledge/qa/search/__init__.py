"""From an understood question to scored passages and tasks."""
