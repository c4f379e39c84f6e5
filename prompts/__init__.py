"""Every text given to a language model, as a file, and the loader that checks it."""

from prompts.loader import Prompt, PromptError, load

__all__ = ["Prompt", "PromptError", "load"]
