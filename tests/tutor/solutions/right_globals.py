import numpy as np
learning_rate = 0.5
cache = {}
def sigmoid(z): return 0.5*(1+np.tanh(z/2))
def forward_propagation(X, parameters):
    cache["A1"] = np.tanh(np.dot(parameters["W1"], X)+parameters["b1"])
    cache["A2"] = sigmoid(np.dot(parameters["W2"], cache["A1"])+parameters["b2"])
    return cache["A2"]
def compute_cost(A2, Y):
    return -np.sum(Y*np.log(A2+1e-9)+(1-Y)*np.log(1-A2+1e-9))/Y.shape[1]
def backward_propagation(parameters, X, Y):
    m = X.shape[1]
    dZ2 = cache["A2"]-Y
    dZ1 = np.dot(parameters["W2"].T, dZ2)*(1-cache["A1"]**2)
    return (np.dot(dZ1, X.T)/m, np.dot(dZ2, cache["A1"].T)/m, np.sum(dZ1,axis=1,keepdims=True)/m, np.sum(dZ2,axis=1,keepdims=True)/m)
def update_parameters(parameters, grads):
    dW1, dW2, db1, db2 = grads
    parameters["W1"] = parameters["W1"] - learning_rate*dW1
    parameters["W2"] = parameters["W2"] - learning_rate*dW2
    parameters["b1"] = parameters["b1"] - learning_rate*db1
    parameters["b2"] = parameters["b2"] - learning_rate*db2
    return parameters
