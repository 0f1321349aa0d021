"""The kernel: terms, rules, the gate and replay. What this folder accepts is believed, nothing else is."""

# ruff: noqa: F401  (importing a module of rules is what registers them)
from theory.kernel import analysis, exact, logic, matrices, order, reading
