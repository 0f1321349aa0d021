from typing import Any

from sympy import Basic

class BooleanAtom(Basic): ...

def __getattr__(name: str) -> Any: ...
