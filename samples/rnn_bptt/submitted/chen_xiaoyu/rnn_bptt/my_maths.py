# small functions which both files need
import numpy as np


def affine(W, v, b):
    return np.asfortranarray(W @ v + b)


def tanh_gradient(a):
    return 1.0 - a * a


def column_max(z):
    return z.max(axis=0)[np.newaxis, :]
