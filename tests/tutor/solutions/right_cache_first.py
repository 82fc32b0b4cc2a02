import numpy as np
class Cache(dict): pass
def sigmoid(x): return np.exp(-np.logaddexp(0,-x))
def initialize(n_x, n_h, n_y, seed=0):
    r = np.random.RandomState(seed)
    return dict(W1=r.randn(n_h,n_x)*.01, W2=r.randn(n_y,n_h)*.01, b1=np.zeros(n_h), b2=np.zeros(n_y))
def forward_propagation(X, parameters):
    W1, W2, b1, b2 = (parameters[k] for k in ("W1","W2","b1","b2"))
    A1 = sigmoid((X.T @ W1.T + b1)).T
    A2 = sigmoid((A1.T @ W2.T + b2)).T
    c = Cache(); c["a"] = A1; c["b"] = A2
    return c, A2
def compute_cost(A2, Y):
    return np.array([-np.log(np.where(Y==1, A2, 1-A2)+1e-12).mean()])
def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["a"], cache["b"]
    g = lambda d, a: (np.array([np.outer(d[:,i], a[:,i]) for i in range(a.shape[1])]).mean(0), d.mean(1))
    d2 = A2-Y
    d1 = (parameters["W2"].T @ d2)*A1*(1-A1)
    (dW2, db2), (dW1, db1) = g(d2, A1), g(d1, X)
    return dW1, dW2, db1, db2
def update_parameters(parameters, grads, learning_rate):
    for k, g in zip(("W1","W2","b1","b2"), grads): parameters[k] = parameters[k] - learning_rate*g
    return parameters
