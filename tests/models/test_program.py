"""A model as a program answers as the model does, in a process that can import NumPy alone; and in PyTorch."""

import ast
import importlib.util
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from barreleye.data import table as tables
from barreleye.data.frame import frame_of
from barreleye.data.targets import Targets
from barreleye.models.calibration import Calibration
from barreleye.models.model import Model
from barreleye.models.preparing import prepare
from barreleye.models.program import save_python, save_torch, to_python, to_torch
from barreleye.models.run import Settings
from barreleye.nn.activations import ACTIVATIONS
from barreleye.nn.front import WAVES, Front, Levels, Numbers, Rows
from barreleye.nn.heads import HEADS, QuantilesHead, SoftmaxGroupsHead
from barreleye.nn.network import Network, initialize
from barreleye.nn.normalization import Averages

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 3)) * 3
NASTY = 'a"""\nimport os; os.abort()\n"""\\'
ALONE = """
import pickle, sys
sys.path.insert(0, sys.argv[1])
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in sys.stdlib_module_names | {"numpy"} and not name.startswith("case_"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Wall())
with open(sys.argv[1] + "/asked", "rb") as file:
    asked = pickle.load(file)
found = {}
for name, data in asked.items():
    program = __import__(name)
    found[name] = program.answer(data), program.predict(data)
with open(sys.argv[1] + "/answered", "wb") as file:
    pickle.dump(found, file)
"""


def rows(m):
    """Columns of every kind, as people write them, with cells that lack something."""
    size, day = RNG.normal(size=m), np.datetime64("2019-12-28") + RNG.integers(0, 900, m)
    colour, words = RNG.choice(["red", "green", "blue"], m), ["red wine", "old Red house", "über blau", "ox", "酒 wine"]
    return {
        "size": [None if i % 9 == 0 else float(x) for i, x in enumerate(size)],
        "price": [f"${1000 * abs(x):,.2f}" if i % 7 else "n/a" for i, x in enumerate(size)],
        "comma": [f"{x:.3f}".replace(".", ",") for x in size],
        "code": RNG.integers(0, 4, m).astype(str).tolist(),
        "colour": ["" if i % 11 == 0 else str(c) for i, c in enumerate(colour)],
        "town": RNG.choice([f"town {k}" for k in range(14)], m).tolist(),
        "member": RNG.choice(["Yes", "no"], m).tolist(),
        "day": [None if i % 13 == 0 else f"{d.astype(object):%d.%m.%Y}" for i, d in enumerate(day)],
        "hour": [datetime(2024, 1, 1 + i % 28, i % 24, 30) for i in range(m)],
        "text": [f"{RNG.choice(words)} {RNG.choice(words)} {i % 50}" for i in range(m)],
        "same": ["x"] * m,
        NASTY: RNG.choice([-9.0, 1.0, 2.5], m).tolist(),
        "y": (size + (colour == "red") + 0.1 * RNG.normal(size=m)).tolist(),
    }


def plain(network, targets, **more):
    """A model of rows without columns."""
    table = tables.Table.plain([f"x{j}" for j in range(network.n_x)])
    return Model(table, network, initialize(network, 0, X=X.T[: network.n_x]), None, targets, **more)


def of_tables():
    """Models of every recipe, with rows that are asked."""
    asked = rows(40)
    asked["colour"][:3], asked["member"][0], asked["town"][1] = ["violet", "?", ""], "YES", "nowhere"
    asked["code"] = [f"0{code}" if i % 2 else float(code) for i, code in enumerate(asked["code"])]
    for recipe in ("plain", "tuned", "tabm"):
        for task in ("classes", "numbers"):
            own = rows(120)
            if task == "classes":
                own["y"] = [("low", "mid", NASTY)[int(np.searchsorted([0.0, 1.0], y))] for y in own["y"]]
            how = Settings(recipe=recipe, layers=(8,), epochs=2, members=2, engine="numpy")
            ready = prepare(frame_of(own), ["y"], dtype=how.dtype, marks=("-9",), **how.coding)
            *_, last = how.train(ready)
            yield f"{recipe}_{task}", ready.model(last), asked


def of_parts():
    """Models of every activation, head, wave and coding of classes."""
    two, nothing = Targets(("y",), (("a", "b"),), np.empty(0), np.empty(0)), np.empty(0)
    for name in ACTIVATIONS:
        yield f"g_{name}", plain(Network((3, 6, 5, 1), name), two), X
    limits = np.array([[0, -3], [2, -1]])
    numbers = Targets(("u", "v"), (), np.array([1.0, -2.0]), np.array([3.0, 0.5]), limits=limits)
    for name in HEADS:
        if name not in ("sigmoid", "softmax", "tanh"):
            yield f"head_{name}", plain(Network((3, 6, 2), "tanh", name), numbers), X
    for wave in WAVES:
        front = Front((Levels(4, 2), Numbers(1, wave=wave, g="relu"), Rows(1)), (2, 0, 1), "normal")
        of_waves = plain(Network((7, 6, 1), "mish", front=front, ntk=True, parametric=True), two)
        yield f"wave_{wave}", of_waves, np.column_stack([X[:, :2], RNG.integers(0, 7, 30)])
    for head, n, classes, coding in (
        ("softmax", 3, (1, 2, 5), None),
        ("softmax", 2, (False, True), "distributions"),
        ("sigmoid", 3, ("a", "b", "c"), "probabilities"),
        ("tanh", 1, (0.5, 2.0), "signs"),
        ("tanh", 3, ("a", "b", "c"), "signs"),
    ):
        targets = Targets(("y",), (classes,), nothing, nothing, coding)
        yield f"coding_{head}_{n}", plain(Network((3, 6, n), "tanh", head), targets), X
    several = Targets(("u", "v"), (("a", "b"), ("c", "d", "e")), nothing, nothing)
    yield "groups", plain(Network((3, 6, 5), "tanh", SoftmaxGroupsHead(several.widths)), several), X
    quantiles = Targets(("y",), (), np.array([5.0]), np.array([2.0]), quantiles=(0.1, 0.5, 0.9))
    yield "quantiles", plain(Network((3, 6, 3), "tanh", QuantilesHead((0.1, 0.5, 0.9))), quantiles), X
    normal = plain(Network((3, 5, 1), batch_norm=True), two, calibrations=(Calibration(2.5, 60),))
    averages = Averages({1: RNG.normal(size=(5, 1))}, {1: RNG.uniform(0.5, 2, (5, 1))})
    yield "calibrated", replace(normal, averages=averages), X
    small = {name: {l: a.astype(np.float32) for l, a in each.items()} for name, each in averages._asdict().items()}
    of32 = initialize(normal.network, 0, dtype=np.float32)
    yield "float32", replace(normal, parameters=of32, averages=Averages(**small)), X
    gelu32 = plain(Network((3, 5, 1), "gelu"), two)
    yield "gelu32", replace(gelu32, parameters=initialize(gelu32.network, 0, dtype=np.float32)), X


CASES = {name: (model, data) for make in (of_tables, of_parts) for name, model, data in make()}


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programs")
    for name, (model, _) in CASES.items():
        save_python(model, folder / f"case_{name}.py")
    (folder / "asked").write_bytes(pickle.dumps({f"case_{name}": data for name, (_, data) in CASES.items()}))
    subprocess.run([sys.executable, "-I", "-W", "error", "-c", ALONE, folder], check=True, timeout=120)
    return pickle.loads((folder / "answered").read_bytes())


@pytest.mark.parametrize("name", CASES)
def test_with_numpy_alone_it_answers_as_the_model_does(name, answered):
    model, data = CASES[name]
    found, predicted = answered[f"case_{name}"]
    wanted = model.answer(data)
    assert type(found) is type(wanted)
    for own, theirs in zip(found, wanted, strict=True):
        assert own.dtype == theirs.dtype
        np.testing.assert_allclose(own, theirs, rtol=1e-12, atol=1e-12 if own.dtype == np.float64 else 1e-6)
    assert (predicted == model.predict(data)).all()


def imported(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", CASES)
def test_in_pytorch_it_answers_as_the_model_does_and_can_be_trained_on(name, tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'barreleye[benchmark]'")
    model, data = CASES[name]
    save_torch(model, tmp_path / f"torch_{name}.py")
    program = imported(tmp_path / f"torch_{name}.py")
    near = 1e-12 if model.parameters.W[1].dtype == np.float64 else 1e-5
    for own, theirs in zip(program.answer(data), model.answer(data), strict=True):
        np.testing.assert_allclose(own, theirs, rtol=near, atol=near)
    program.NETWORK(torch.from_numpy(program.encode(data))).sum().backward()
    learnt = {key.rpartition(".")[2] for key, one in program.NETWORK.named_parameters() if one.grad is not None}
    assert {"W1", f"W{model.network.L}"} <= learnt
    assert not {one for one in learnt if one.startswith(("mu", "sigma2"))}


def test_rows_come_as_a_file_dictionaries_or_an_array(tmp_path):
    model = CASES["plain_classes"][0]
    save_python(model, tmp_path / "case.py")
    program, asked = imported(tmp_path / "case.py"), CASES["plain_classes"][1]
    lines = [dict(zip(asked, cells, strict=True)) for cells in zip(*asked.values(), strict=True)]
    assert program.predict(lines).tolist() == model.predict(asked).tolist()
    del asked["same"]
    with pytest.raises(ValueError, match="these columns are missing: 'day'"):
        program.predict({name: cells for name, cells in asked.items() if name != "day"})
    with pytest.raises(ValueError, match="row 0: 'member' cannot be read as a truth: 'perhaps'"):
        program.predict([lines[0] | {"member": "perhaps"}])
    frame = {"x0": X[:, 0], "x1": X[:, 1], "x2": X[:, 2]}
    np.savetxt(tmp_path / "rows.csv", X, delimiter=",", header="x0,x1,x2", comments="")
    model = CASES["g_relu"][0]
    save_python(model, tmp_path / "own.py")
    said = subprocess.run(
        [sys.executable, "own.py", "rows.csv"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == model.predict(frame).tolist()


@pytest.mark.parametrize("write", [to_python, to_torch])
def test_no_name_is_defined_twice(write):
    body = ast.parse(write(CASES["tabm_classes"][0])).body
    names = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    names += [node.targets[0].id for node in body if isinstance(node, ast.Assign)]
    names += [
        one.asname or one.name for node in body if isinstance(node, ast.Import | ast.ImportFrom) for one in node.names
    ]
    assert len(names) == len(set(names))


def test_it_reads_like_a_page():
    text = to_python(CASES["g_sigmoid"][0])
    equations = [
        "A0 = X  # (3, m)",
        "Z1 = W1 @ A0 + b1  # (6, m)",
        "A1 = sigmoid(Z1)  # (6, m)",
        "A3 = sigmoid(Z3)  # (1, m)",
    ]
    assert [line.strip() for line in text.splitlines() if line.strip() in equations] == equations
    assert '    """g(z) = 1 / (1 + exp(-z))"""' in text.splitlines()
    equations, _, _ = text.partition("# How columns are read")
    assert max(map(len, equations.splitlines())) <= 120
    chinese = to_python(CASES["g_sigmoid"][0], lang="zh")
    assert "不需要 Barreleye" in chinese
    assert "缺少这些列" in chinese
