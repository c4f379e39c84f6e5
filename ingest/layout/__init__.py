"""Lines of a file to the paper's outline: page artefacts out, wraps joined, labels as a tree."""
