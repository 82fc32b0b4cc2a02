"""What is installed with Barreleye alone works alone; what lacks an extra says which one it is."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from barreleye.words import catalogue
from barreleye.words.extras import EXTRAS, extras, installed, lacking

ROOT = Path(__file__).parents[2]
WALL = """
import sys, warnings
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {lacking!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Wall())
warnings.simplefilter("ignore")
import numpy as np
import barreleye as be
from barreleye.cli.commands import app
from typer.testing import CliRunner

def command(*words):
    ended = CliRunner().invoke(app, list(words), env={{"COLUMNS": "200"}})
    return ended.exit_code, ended.output

def said(work):
    try:
        work()
    except ModuleNotFoundError as error:
        return str(error), error.args[0].zh
    raise AssertionError("nothing was lacking")
"""
WITHOUT = {
    "fast": """
flower = be.load_dataset("flower")
network = be.Network((2, 64, 64, 1), "tanh")
for look in be.train(network, flower.X, flower.y, epochs=5000, every=1, seed=1):
    break
assert look.engine == "numpy", look.engine
assert "barreleye[fast]" in look.engine_reason, look.engine_reason
model = be.MLPClassifier((16,), max_iter=20, random_state=0).fit(flower.X, flower.y)
assert model.score(flower.X, flower.y) > 0.4
en, zh = said(lambda: next(iter(be.train(network, flower.X, flower.y, epochs=5, engine="xla"))))
assert en == "jax is not installed, which compiles training: pip install 'barreleye[fast]'", en
assert zh == "没有安装 jax，编译训练需要它：pip install 'barreleye[fast]'", zh
""",
    "tables": """
from pathlib import Path
Path("rows.csv").write_text("size,day,colour,y\\n" + "".join(
    f"{k},2024-01-{k % 28 + 1:02d},{('red', 'blue', 'green')[k % 3]},{'yes' if k % 3 else 'no'}\\n" for k in range(60)))
status, told = command("train", "rows.csv", "--recipe", "plain", "--epochs", "5", "--out", "run")
assert status == 0, told
status, told = command("predict", "run", "rows.csv", "--out", "answers.csv")
assert status == 0 and "60 rows answered" in told, told
rows = {"size": [1.0, None], "day": ["2024-01-02", "2024-03-01"], "colour": ["red", "violet"]}
assert len(be.load("run").predict(rows)) == 2
Path("rows.parquet").write_bytes(b"PAR1" + bytes(100))
status, told = command("predict", "run", "rows.parquet")
assert (status, told) == (3, "error: pyarrow is not installed, which reads Parquet and Feather files: "
    "pip install 'barreleye[tables]'\\n"), told
status, told = command("predict", "run", "rows.parquet", "--lang", "zh")
assert "没有安装 pyarrow，读取 Parquet 和 Feather 文件需要它" in told, told
""",
    "search": """
history = be.History("history.sqlite")
assert history.record({"kind": "train", "source": "iris"}) == 1
status, told = command("train", "iris", "--recipe", "plain", "--epochs", "2", "--out", "run")
assert status == 0, told
for work in (lambda: be.search_settings, lambda: __import__("barreleye.search.study")):
    assert said(work)[0] == "optuna is not installed, which searches for settings: pip install 'barreleye[search]'"
status, told = command("search", "iris")
assert status == 3 and "barreleye[search]" in told, told
""",
    "onnx": """
moons = be.load_dataset("moons")
be.MLPClassifier((4,), max_iter=5, random_state=0).fit(moons.X, moons.y).save("m.safetensors")
status, told = command("export", "m.safetensors", "--python")
assert status == 0, told
status, told = command("export", "m.safetensors", "--onnx")
assert status == 3 and "barreleye[onnx]" in told, told
""",
    "studio": """
from barreleye.studio import studio
from barreleye.studio.bench import Bench
bench = Bench({})
bench.do({"do": "step", "steps": 3})
assert bench.runs[0].step == 3
assert said(studio)[0] == "tornado is not installed, which serves the studio's page: pip install 'barreleye[studio]'"
status, told = command("studio", "--no-browser")
assert status == 3 and "barreleye[studio]" in told, told
""",
}
ALONE = """
from barreleye.course import sigmoid
assert sigmoid(np.zeros(1)).item() == 0.5
from pathlib import Path
Path("homework.py").write_text("import numpy as np\\n\\ndef sigmoid(z):\\n    return 1 / (1 + np.exp(z))\\n")
status, told = command("check", "homework.py", "--lang", "en")
assert status == 1 and "sigmoid" in told, told
model = be.TableClassifier(random_state=0, n_members=1, max_iter=3).fit({"a": ["x", "y", None] * 10}, list("nyn" * 10))
assert len(model.predict({"a": ["x"]})) == 1
network = be.Network((2, 3, 1))
X, Y = np.eye(2), np.array([[0.0, 1.0]])
assert be.gradient_check(network, be.initialize(network, 1), X, Y)
assert str(be.explain(network, be.initialize(network, 1), X, Y))
"""


def run(lacking, work, folder):
    program = WALL.format(lacking=lacking) + work
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("extra", WITHOUT)
def test_without_an_extra_the_rest_works_and_it_is_named(extra, tmp_path):
    run([library for library, its in EXTRAS.items() if its == extra], WITHOUT[extra], tmp_path)


def test_without_any_extra_course_tutor_estimators_and_equations_work(tmp_path):
    run([*EXTRAS], ALONE, tmp_path)


def test_what_is_lacking_is_said_and_other_errors_pass():
    with pytest.raises(ModuleNotFoundError, match=r"cmaes is not installed, which searches") as found, extras():
        raise ModuleNotFoundError("No module named 'cmaes.core'", name="cmaes.core")
    assert found.value.args[0].zh == lacking("cmaes").args[0].zh
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'pandas'$"), extras():
        raise ModuleNotFoundError("No module named 'pandas'", name="pandas")
    assert installed("numpy")
    assert not installed("no_such_library")


def test_each_extra_installs_what_it_is_named_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {extra: {one.partition(">")[0] for one in project["optional-dependencies"][extra]} for extra in WITHOUT}
    assert {library for each in names.values() for library in each} == EXTRAS.keys() - {"spox"}
    assert all(library in names[extra] for library, extra in EXTRAS.items() if library != "spox")
    assert not {one.partition(">")[0] for one in project["dependencies"]} & EXTRAS.keys()
    assert project["optional-dependencies"]["all"] == [f"barreleye[{','.join(names)}]"]
    assert {f"extra.{extra}" for extra in names} < catalogue("errors").keys()
