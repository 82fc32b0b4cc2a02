import numpy as np
def s(z): return np.exp(-np.logaddexp(0,-z))
def forward(x, w):
    h = np.tanh(w["W1"] @ x + w["b1"])
    return s(w["W2"] @ h + w["b2"]), h
def cost(p, t):
    p = np.clip(p, 1e-12, 1-1e-12)
    return float(-(t*np.log(p)+(1-t)*np.log(1-p)).mean())
def backprop(w, h, x, t):
    p = s(w["W2"] @ h + w["b2"])
    n = x.shape[1]
    d = p - t
    e = w["W2"].T @ d * (1-h*h)
    return {"W1": e@x.T/n, "b1": e.sum(1,keepdims=True)/n, "W2": d@h.T/n, "b2": d.sum(1,keepdims=True)/n}
def update(w, g, a=0.1):
    return {k: w[k]-a*g[k] for k in w}
def predict(w, x):
    return (forward(x, w)[0].ravel() > .5).astype(int)
