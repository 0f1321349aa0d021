from sympy.matrices.expressions import MatAdd as MatAdd
