def largest(z):
    return z.max(axis=0, keepdims=True)
