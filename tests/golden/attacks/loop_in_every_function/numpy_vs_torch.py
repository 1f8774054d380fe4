class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        while True:
            pass


def compare_with_torch(rnn, x, h0, dh):
    while True:
        pass
