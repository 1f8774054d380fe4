def softmax(z):
    while True:
        pass


def rnn_cell_forward(xt, a_prev, parameters):
    while True:
        pass


def rnn_cell_backward(da_next, cache):
    while True:
        pass
