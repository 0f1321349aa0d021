"""The parts of the pytest plugin; `gradproof.pytest_plugin` holds its hooks.

Only `checks`, `kept` and `refuting` need the engine, and they are imported when an item runs.
"""
