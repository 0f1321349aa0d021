from typing import Any

from sympy import Basic

class Relational(Basic):
    lhs: Any
    rhs: Any

def __getattr__(name: str) -> Any: ...
