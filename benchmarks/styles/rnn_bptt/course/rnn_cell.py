import numpy as np

def softmax(z):
    """softmax of each column"""
    m = np.amax(z, axis=0, keepdims=True)
    e_z = np.exp(z - m)
    s = np.sum(e_z, axis=0, keepdims=True)
    result = np.divide(e_z, s)
    return result

def rnn_cell_forward(xt, a_prev, parameters):
    # Retrieve parameters from "parameters"
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]

    # compute next activation state
    from_input = np.dot(Wax, xt)
    from_state = np.dot(Waa, a_prev)
    z1 = from_input + from_state + ba
    a_next = np.tanh(z1)
    # compute output
    z2 = np.dot(Wya, a_next) + by
    yt_pred = softmax(z2)

    # store values needed for backward propagation
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache

def rnn_cell_backward(da_next, cache):
    # Retrieve values from cache
    a_next = cache[0]
    a_prev = cache[1]
    xt = cache[2]
    parameters = cache[3]

    Wax = parameters["Wax"]
    Waa = parameters["Waa"]

    # gradient of tanh
    a_squared = np.power(a_next, 2)
    tanh_grad = np.ones(a_next.shape) - a_squared
    dtanh = np.multiply(tanh_grad, da_next)

    # gradients of inputs
    dxt = np.dot(np.transpose(Wax), dtanh)
    dWax = np.dot(dtanh, np.transpose(xt))

    da_prev = np.dot(np.transpose(Waa), dtanh)
    dWaa = np.dot(dtanh, np.transpose(a_prev))

    dba = np.sum(dtanh, axis=1, keepdims=True)

    gradients = {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients
