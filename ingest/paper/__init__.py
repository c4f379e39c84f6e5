"""What a paper says of itself and of other papers."""
