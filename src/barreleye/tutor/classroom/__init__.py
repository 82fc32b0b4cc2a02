"""A whole class: every file of a folder, one table, the commonest mistakes."""
