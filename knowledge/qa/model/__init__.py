"""Help from a language model, where an administrator has configured one.

    model      the way to the server: settings, time limit, one kind of failure
    helper     the two requests: rewrite a question, word an answer
    evidence   what an answer rests on, as the model and the checks see it
    figures    times, numbers and paper numbers of a text, to be compared
    claims     which agencies a text says lead, and which help
    checking   whether a text says nothing that its evidence does not
    assisted   the assistant that uses all this; the rule-based answer is always made first

Nothing here imports LangChain until a model is opened.
"""
