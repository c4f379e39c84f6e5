"""Every text given to a language model, as a file, and the loader that checks it."""
