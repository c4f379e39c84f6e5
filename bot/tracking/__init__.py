"""What agencies owe, how far they are with it and who is meant: no chat inside.

    obligations  live tasks -> duties with their occurrences, kept over versions of a plan
    audience     an occurrence -> the people and group chats that hear of it
    schedule     an occurrence -> the days on which something is said of it
    answering    who may answer for an occurrence
    progress     what owners answer: received, done, later; `extensions`: more time; `results`: their files
    urging       who follows a plan urges an agency; `watching`: what that somebody looks at
    boards       what is counted, for lists, pictures, reports and answers alike; `lights`: red, amber, green and done
    outbox       what is to be told, written in the transaction that gives its reason

`records` is the vocabulary; `rules` is what administrators and members set.
"""
