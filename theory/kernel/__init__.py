"""The kernel: terms, rules, the gate and replay. What this folder accepts is believed, nothing else is."""

from theory.kernel import analysis, certified, directions, exact, layers, logic, matrices, moments, order, reading

# Importing a module of rules is what registers them.
RULE_MODULES = (logic, order, analysis, matrices, exact, certified, moments, directions, layers)
__all__ = ["RULE_MODULES", "reading"]
