"""Who does what by when, told in label lines and sentences."""
