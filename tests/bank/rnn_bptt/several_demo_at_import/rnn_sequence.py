import numpy as np
from rnn_cell import *

# week 6 homework, part 2
# (copied my cell in here because then I can see what happens)

def rnn_forward(x, a0, parameters):
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]
    T_x = x.shape[2]
    m = x.shape[1]
    n_a = Wax.shape[0]
    n_y = Wya.shape[0]
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    caches = []
    a_prev = a0
    for t in range(0, T_x):
        xt = x[:, :, t]
        part1 = np.dot(Wax, xt)
        part2 = np.dot(Waa, a_prev)
        a_next = np.tanh(part1 + part2 + ba)
        out = np.dot(Wya, a_next) + by
        yt = softmax(out)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt
        caches.append((a_next, a_prev, xt, parameters))
        a_prev = a_next
    return a, y_pred, (caches, x)


def rnn_backward(da, caches):
    list_of_caches = caches[0]
    x = caches[1]
    parameters = list_of_caches[0][3]
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    n_a = da.shape[0]
    m = da.shape[1]
    T_x = da.shape[2]
    n_x = x.shape[0]
    dx = np.zeros((n_x, m, T_x))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da_prev = np.zeros((n_a, m))
    for t in range(T_x - 1, -1, -1):
        a_next = list_of_caches[t][0]
        a_before = list_of_caches[t][1]
        xt = list_of_caches[t][2]
        d = 1 - a_next * a_next
        d = d * (da[:, :, t] + da_prev)
        dx[:, :, t] = np.dot(np.transpose(Wax), d)
        dWax = dWax + np.dot(d, np.transpose(xt))
        dWaa = dWaa + np.dot(d, np.transpose(a_before))
        dba = dba + np.sum(d, axis=1).reshape(n_a, 1)
        da_prev = np.dot(np.transpose(Waa), d)
    gradients = {}
    gradients["dx"] = dx
    gradients["da0"] = da_prev
    gradients["dWax"] = dWax
    gradients["dWaa"] = dWaa
    gradients["dba"] = dba
    return gradients

np.random.seed(1)
x = np.random.randn(3, 10, 4)
a0 = np.random.randn(5, 10)
a, y_pred, caches = rnn_forward(x, a0, parameters)
print(a[4][1])
