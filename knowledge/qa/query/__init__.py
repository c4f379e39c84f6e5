"""From what a person types to an understood question; rules and data, no model."""
