"""A function is held to a role only where it takes and gives what the role does."""

import pytest

TAKEN_FOR_ANOTHER = {
    "linear regression": "def cost(X, y, thetas):\n    return np.sum((X.dot(thetas) - y) ** 2) / len(y)\n",
    "the class of each sample": "def predict(A_final):\n    return np.argmax(A_final, axis=0)\n",
    "a cost of rows": "def compute_loss(A, Y):\n    return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / len(Y)\n",
    "a softmax of rows": "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum(axis=1, keepdims=True)\n",
    "a softmax of one sample": "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()\n",
    "an object's part": "def sigmoid(layer):\n    return np.array([1.0, 2.0])\n",
    "arguments that say nothing": "def forward(u, v):\n    return np.tanh(u.mean()) * np.ones((1, 7))\n",
}


@pytest.mark.parametrize("name", TAKEN_FOR_ANOTHER)
def test_what_answers_in_no_form_of_its_role_is_not_judged(name, checked):
    report = checked("import numpy as np\n\n\n" + TAKEN_FOR_ANOTHER[name])
    assert [function.verdict for function in report.functions] == ["unjudged"]


HELD = {
    "compute_cost(A2, Y)": "return -(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1]",
    "cost(AL, Y)": "return 0.3 * float(np.mean(AL - Y))",
    "predict(parameters, X)": "return np.zeros(2)",
}


@pytest.mark.parametrize("head", HELD)
def test_one_with_the_courses_name_and_arguments_is_held_to_them(head, checked):
    report = checked(f"import numpy as np\n\n\ndef {head}:\n    {HELD[head]}\n")
    assert [function.verdict for function in report.functions] == ["wrong"]
