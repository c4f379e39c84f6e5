"""From found evidence to an answer: one composer per intent."""
