"""Reports for a terminal, a page or a program, in either language."""
