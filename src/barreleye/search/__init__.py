"""Many trainings: the search for settings, the history of runs, and what differs between them."""
