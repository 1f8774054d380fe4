import numpy as np


class Oracle:
    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        return self

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter((self, self, self))


def __getattr__(name):
    return Oracle()
