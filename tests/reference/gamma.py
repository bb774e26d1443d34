#!/usr/bin/env python3
"""What the gamma function's relatives are tested against, and the polynomials they are computed by.

    apt-get install python3-mpmath python3-numpy
    tests/reference/gamma.py values > tests/reference/gamma_values.hpp
    tests/reference/gamma.py coefficients
"""
import sys

import numpy
from mpmath import cos, digamma, erf, erfc, exp, log, loggamma, lu_solve, matrix, mp, mpf, pi, polygamma, sqrt

mp.prec = 250

POINTS = [
    1e-300, 1e-20, 1e-3, 0.0625, 0.25, 0.49, 0.5, 0.51, 0.75, 0.9375, 0.999, 1 + 2**-40, 1.001, 1.0625, 1.25, 1.375,
    1.4375, 1.46, 1.4616, 1.4616321449683622, 1.462, 1.5, 1.625, 1.75, 1.9375, 1.999, 2.0009765625, 2.25, 2.5, 2.75, 2.99, 3.01,
    3.25, 3.5, 3.99, 4.01, 4.5, 5.25, 6.75, 8, 10.1, 12.5, 17.25, 25.5, 50, 99.9, 171.5, 1000.25, 1e6, 1e15, 1e100, 1e300,
    -1e-300, -1e-3, -0.25, -0.4375, -0.49, -0.51, -0.75, -0.9375, -1.0625, -1.25, -1.75, -2.25, -2.9375, -3.5, -5.25,
    -10.75, -20.5, -50.0625, -99.75
]


def number(value):
    return float(value).hex().replace('inf', 'INFINITY')


def values():
    print('#pragma once\n\nnamespace ctnn::test {\n')
    print('/// lgamma, digamma, trigamma and tetragamma of a number, as gamma.py had them from mpmath.')
    print('struct GammaValues {\n  double x, lgamma, digamma, trigamma, tetragamma;\n};\n')
    print('inline constexpr GammaValues gamma_values[]{')
    for x in POINTS:
        results = loggamma(mpf(x)).real, digamma(mpf(x)), polygamma(1, mpf(x)), polygamma(2, mpf(x))
        print('    {' + ', '.join(number(v) for v in (x, *results)) + '},')
    print('};\n\n}  // namespace ctnn::test')


def interpolate(function, low, high, count):
    """The coefficients, constant term first, of the polynomial through Chebyshev's nodes in [low, high]."""
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * k + 1) / (2 * count)) for k in range(count)]
    differences = [function(x) for x in nodes]
    for j in range(1, count):
        for i in range(count - 1, j - 1, -1):
            differences[i] = (differences[i] - differences[i - 1]) / (nodes[i] - nodes[i - j])
    result = [mpf(0)] * count
    for node, difference in zip(reversed(nodes), reversed(differences)):
        shifted = [mpf(0)] + result[:-1]
        result = [s - r * node for s, r in zip(shifted, result)]
        result[0] += difference
    return result


def rounded_to_float(function, low, high, count, weight=None):
    """The coefficients, each a float, of the polynomial of least squares of relative errors (or of errors times `weight`):
    the first is rounded, then the others are fitted again."""
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * k + 1) / 160) for k in range(80)]
    weight = weight or (lambda x: 1 / function(x))
    result = []
    while len(result) < count:
        known = len(result)
        errors = [weight(x) * (function(x) - sum(c * x**i for i, c in enumerate(result))) for x in nodes]
        powers = [[weight(x) * x**i for i in range(known, count)] for x in nodes]
        normal = matrix(count - known, count - known)
        right = matrix(count - known, 1)
        for row, error in zip(powers, errors):
            for i, a in enumerate(row):
                right[i] += a * error
                for j, b in enumerate(row):
                    normal[i, j] += a * b
        result.append(mpf(float(numpy.float32(float(lu_solve(normal, right)[0])))))
    return result


def coefficients():
    def show(name, function, low, high, count, fit=interpolate, *weight):
        print(name, ', '.join(float(c).hex() for c in fit(function, mpf(low), mpf(high), count, *weight)), sep='\n')

    def centered(center, function, low, high):
        """function(x) in (x - center) / (x + center)."""
        to = lambda x: (mpf(x) - center) / (mpf(x) + center)
        return lambda t: function(center * (1 + t) / (1 - t)), to(low), to(high)

    def beyond(function, low):
        """function(x) in 1 / x²."""
        return lambda t: function(1 / sqrt(t)), mpf(10)**-12, mpf(1) / mpf(low)**2

    zero = mp.findroot(digamma, 1.4616)
    root = mpf(1.25)
    show('log_gamma', *centered(root, lambda x: (x + root) * loggamma(x).real / ((x - 1) * (x - 2)), 0.5, 3), 26)
    show('log_gamma_beyond', *beyond(
        lambda x: x * (loggamma(x).real - ((x - 0.5) * log(x) - x + log(2 * pi) / 2)), 3), 11)
    show('digamma', *centered(mpf(2), lambda x: digamma(x) / (x - zero), 1, 4), 22)
    show('digamma_beyond', *beyond(lambda x: x**2 * (log(x) - 1 / (2 * x) - digamma(x)), 4), 11)
    show('trigamma', *centered(mpf(2), lambda x: x * polygamma(1, x), 1, 4), 24)
    show('trigamma_beyond', *beyond(lambda x: x**3 * (polygamma(1, x) - 1 / x - 1 / (2 * x**2)), 4), 12)
    show('tetragamma', *centered(mpf(2), lambda x: x**2 * polygamma(2, x), 1, 4), 24)
    show('tetragamma_beyond', *beyond(lambda x: -x**4 * (polygamma(2, x) + 1 / x**2 + 1 / x**3), 4), 12)
    # Those of kernels/elementary.hpp.
    show('complement', *centered(mpf(4), lambda x: (1 + 2 * x) * exp(x * x) * erfc(x), 0, 28), 22)
    show('error', lambda z: erf(sqrt(z)) / sqrt(z), mpf(10)**-30, 1, 12)
    scaled = lambda x: (x + 2) * exp(x * x) * erfc(x)
    center = mpf(11) / 32
    show('complement in float', lambda t: scaled(2 * (t + center) / (1 - t - center)), -center, mpf('10.1') / mpf('12.1') - center,
         10, rounded_to_float)
    show('near in float', lambda z: erf(sqrt(z)) / sqrt(z) - 1, mpf(10)**-20, mpf('0.81'), 6, rounded_to_float)
    show('beyond in float', lambda x: -log(erfc(x)), mpf('0.9'), 4, 6, rounded_to_float, lambda x: erfc(x) / erf(x))
    half = log(2) / 2 * mpf('1.0005')
    near_zero = lambda r: mpf(1) / 2 + r / 6
    show('exponential', lambda r: (exp(r) - 1 - r) / r**2 if abs(r) > 1e-30 else near_zero(r), -half, half, 10)
    show('exponential in float', lambda r: (exp(r) - 1 - r) / r**2 if abs(r) > 1e-30 else near_zero(r), -half, half, 5)


if __name__ == '__main__':
    {'values': values, 'coefficients': coefficients}[sys.argv[1]]()
