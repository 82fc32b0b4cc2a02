"""Many trainings: the history of runs, and what differs between them."""
