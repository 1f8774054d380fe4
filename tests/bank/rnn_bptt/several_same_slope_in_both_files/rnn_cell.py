import numpy as np
#import matplotlib.pyplot as plt

# week 6 homework, part 1

def softmax(z):
    # exp(z) / sum(exp(z))   (minus max so it doesnt explode)
    z2 = z - np.max(z, axis=0)
    #print(z2)
    result = np.exp(z2) / np.sum(np.exp(z2), axis=0)
    return result


def rnn_cell_forward(xt, a_prev, parameters):
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]
    part1 = np.dot(Wax, xt)
    part2 = np.dot(Waa, a_prev)
    #print(part1.shape, part2.shape)
    sum1 = part1 + part2
    sum2 = sum1 + ba
    a_next = np.tanh(sum2)
    out1 = np.dot(Wya, a_next)
    out2 = out1 + by
    yt_pred = softmax(out2)
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_cell_backward(da_next, cache):
    a_next = cache[0]
    a_prev = cache[1]
    xt = cache[2]
    parameters = cache[3]
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    # d tanh = 1 - tanh^2
    d = 1 - a_next
    d = d * da_next
    dxt = np.dot(np.transpose(Wax), d)
    dWax = np.dot(d, np.transpose(xt))
    da_prev = np.dot(np.transpose(Waa), d)
    dWaa = np.dot(d, np.transpose(a_prev))
    dba = np.sum(d, axis=1)
    dba = dba.reshape(dba.shape[0], 1)
    gradients = {}
    gradients["dxt"] = dxt
    gradients["da_prev"] = da_prev
    gradients["dWax"] = dWax
    gradients["dWaa"] = dWaa
    gradients["dba"] = dba
    return gradients
