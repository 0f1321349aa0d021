"""Exponents that differ by 1e-9 ask for polynomials of degree 1e9: refused in one sentence, not by exhausting the machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from theory.language.claims import full_ledger
full_ledger()
from theory.kernel.terms import ONE, add, fn, mul, power, rat, sub, var
from theory.kernel.theorem import infer
from theory.language.errors import KernelRefusal
from fractions import Fraction
x, e = var("x"), Fraction(10**9 + 1, 10**9)
try:
    infer("identity", [{left}, {right}])
except KernelRefusal as refusal:
    assert str(refusal)
else:
    raise SystemExit("proved")
"""
FINE = 'fn("exp", mul(rat(e), x))'
PLAIN = 'fn("exp", x)'


@pytest.mark.skipif(sys.platform == "win32", reason="memory is limited with resource.setrlimit")
@pytest.mark.parametrize(
    ("left", "right"),
    [
        (FINE, PLAIN),
        (f"power(add(ONE, {FINE}), -1)", f"power(add(ONE, {PLAIN}), -1)"),
        (f'fn("log", add(ONE, {FINE}))', f'fn("log", add(ONE, {PLAIN}))'),
        ('fn("tanh", mul(rat(e), x))', f'mul({PLAIN}, fn("tanh", x))'),
        ("fn('exp', fn('log', power(power(x, 2), e)))", "power(x, 2)"),
    ],
    ids=["exp", "sigmoid", "log", "tanh", "power"],
)
def test_a_fine_exponent_is_refused(left: str, right: str) -> None:
    code = LIMITED.format(left=left, right=right)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, (ran.stdout + ran.stderr)[-300:]
