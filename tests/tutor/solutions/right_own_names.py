import numpy as np
def sigmoid(z): return np.exp(-np.logaddexp(0,-z))
def initialize_parameters(n_x, n_h, n_y):
    return {"n_h": n_h, "hidden_w": np.random.randn(n_h,n_x)*.01, "hidden_b": np.zeros((n_h,1)), "out_w": np.random.randn(n_y,n_h)*.01, "out_b": np.zeros((n_y,1)), "name": "net"}
def forward_propagation(X, parameters):
    Z1 = parameters["hidden_w"]@X+parameters["hidden_b"]
    A1 = np.maximum(Z1, 0.)
    A2 = sigmoid(parameters["out_w"]@A1+parameters["out_b"])
    return {"out": A2, "hid": A1}
def compute_cost(A2, Y):
    return -np.sum(Y*np.log(A2+1e-9)+(1-Y)*np.log(1-A2+1e-9))/Y.size
def backward_propagation(parameters, cache, X, Y):
    m = Y.size
    dZ2 = cache["out"]-Y
    dZ1 = parameters["out_w"].T@dZ2*(cache["hid"]>0)
    return {"hidden_w": dZ1@X.T/m,"hidden_b":dZ1.mean(1,keepdims=True),"out_w":dZ2@cache["hid"].T/m,"out_b":dZ2.mean(1,keepdims=True)}, 0.0
def update_parameters(parameters, grads, learning_rate=1.2):
    new = dict(parameters)
    for k, g in grads[0].items(): new[k] = parameters[k]-learning_rate*g
    return new
