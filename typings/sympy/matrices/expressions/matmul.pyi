from sympy.matrices.expressions import MatMul as MatMul
