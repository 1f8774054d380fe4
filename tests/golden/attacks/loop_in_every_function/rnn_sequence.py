def rnn_forward(x, a0, parameters):
    while True:
        pass


def rnn_backward(da, caches):
    while True:
        pass
