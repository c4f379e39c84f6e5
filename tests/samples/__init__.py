"""The sample plans of the made-up tỉnh Phú Giang: their content, and how the files are made."""
