"""Reminders: what is due, who hears of it, when, and that it arrives once.

    duties      live tasks -> duties with their occurrences, kept over versions of a plan
    audience    an occurrence -> the people and group chats that hear of it
    schedule    an occurrence -> the days on which something is said of it
    planning    all of them for some days -> rows of the outbox
    answering    who may answer for an occurrence
    outbox      rows are claimed with a lease, marked sent or failed
    delivery    a row -> a message on a channel that takes it, after `preparing` has looked once more; then `marking`
    urging      who follows a plan urges an agency; `watching`: what that somebody looks at; `reports`: of a period
    progress    what owners answer: received, done, later; `extensions`: more time; `results`: their files

`records` is the vocabulary; `rules` is what administrators and members set.
"""
