"""What is said when, to whom, and that it arrives once.

planning    all occurrences for some days -> rows of the outbox
claims      rows are claimed with a lease, marked sent or failed
delivery    a row -> a message on a channel that takes it, after `preparing` has looked once more; then `marking`
digests     what is told of many occurrences at once, from one board
service     all of it, minute after minute
"""
