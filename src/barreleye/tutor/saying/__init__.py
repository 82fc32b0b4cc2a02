"""From numbers and errors to sentences: what is wrong, in which line, and how the line should read."""
