"""Help from a language model, where an administrator has configured one.

    model      the way to the server: settings, time limit, one kind of failure
    helper     the three requests: read a question, word an answer, word a summary
    reading    what of the model's reading of a question is believed
    evidence   what an answer rests on, as the model and the checks see it
    checking   whether a text says nothing that its evidence does not
    assisted   the assistant that uses all this; the rule-based answer is always made first

Nothing here imports LangChain until a model is opened.
"""
