"""Which function plays which part, with what it is called, and how its answers are read."""
