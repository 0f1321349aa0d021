"""gradproof's own claims as test items: `pytest --pyargs gradproof.suite`."""
