"""From a question to an answer: query -> search -> reply -> compose; `asking` is the way in."""
