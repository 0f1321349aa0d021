from typing import Any

from sympy import Basic
from sympy import Symbol as Symbol

class Str(Basic):
    name: str
    def __new__(cls, name: str) -> Str: ...

def __getattr__(name: str) -> Any: ...
