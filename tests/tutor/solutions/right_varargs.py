import numpy as np
from scipy.special import expit as sigmoid
def forward_propagation(*args):
    X, P = args
    A1 = np.tanh(P["W1"] @ X + P["b1"]); A2 = sigmoid(P["W2"] @ A1 + P["b2"])
    return A2, (A1, A2)
def compute_cost(*args, **kw):
    A2, Y = args[:2]
    return -np.mean(Y*np.log(A2+1e-12)+(1-Y)*np.log(1-A2+1e-12))
def backward_propagation(*args):
    P, c, X, Y = args
    A1, A2 = c
    m = X.shape[1]
    d2 = A2-Y; d1 = P["W2"].T@d2*(1-A1**2)
    return dict(dW1=d1@X.T/m, db1=d1.mean(1,keepdims=True), dW2=d2@A1.T/m, db2=d2.mean(1,keepdims=True))
def update_parameters(parameters, grads, **kw):
    lr = kw.get("learning_rate", 1.2)
    return {k: parameters[k]-lr*grads["d"+k] for k in parameters}
