"""What is said back: commands, questions, choices, in one file of texts."""
