"""gradproof's observations, one file a subject; their results, with date, machine and versions, lie in `results/`."""
