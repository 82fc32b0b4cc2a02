import numpy as np
def sigmoid(x): return np.exp(-np.logaddexp(0,-x))
def forward(W1, W2, B1, B2, X):
    H = np.tanh(W1.dot(X) + B1)
    return H, sigmoid(W2.dot(H) + B2)
def cost(Yhat, Y): return -1/Y.shape[1]*np.nansum(Y*np.log(Yhat+1e-15)+(1-Y)*np.log(1-Yhat+1e-15))
def backward(W2, H, Yhat, X, Y):
    m = X.shape[1]
    E = (Yhat - Y)/m
    D = W2.T.dot(E)*(1-H**2)
    return D.dot(X.T), E.dot(H.T), D.sum(axis=1).reshape(-1,1), E.sum(axis=1).reshape(-1,1)
