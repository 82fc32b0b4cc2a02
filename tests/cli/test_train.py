"""``barreleye train``, as a user meets it: what it prints, what it leaves behind, and what it says of bad input."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from barreleye.cli.commands import app
from barreleye.cli.options import hidden_units, processes_of
from barreleye.data.builtin import load_dataset
from barreleye.files.model_file import load_model
from barreleye.models.model import load

runner = CliRunner()
QUICK = ["--epochs", "5", "--layers", "6", "--engine", "numpy"]


def run(*arguments, expect=0):
    result = runner.invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == expect, result.output
    return result.output


def test_a_built_in_table_is_trained_scored_beside_baselines_and_saved(tmp_path):
    text = run("train", "wine", *QUICK, "--epochs", 60, "--out", tmp_path)
    assert "classification of 'cultivar'" in text
    scores = dict(re.findall(r"(majority|logistic regression|this network)\s+([\d.]+)", text))
    assert float(scores["this network"]) > float(scores["majority"]) + 0.3
    assert {p.name for p in tmp_path.iterdir()} == {
        "model.safetensors",
        "run.json",
        "report.html",
        "cost.png",
        "effects.png",
    }
    run_file = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert f"{run_file['scores']['this network']['accuracy']:.3f}" == scores["this network"]
    assert run_file["settings"]["layers"] == [6]
    rows = re.search(r"gets most wrong\nrow +is +answered +loss\n((?:\d+ .*\n){5})", text).group(1).splitlines()
    assert [int(row.split()[0]) for row in rows] == [one["row"] for one in run_file["worst"]]
    assert "the mean answer lies between" in text
    assert len(run_file["effects"]) == 5
    assert "no display" not in text


def test_two_features_also_leave_a_picture_of_the_boundary(tmp_path):
    text = run("train", "moons", *QUICK, "--out", tmp_path)
    assert "boundary.png" in text
    assert (tmp_path / "boundary.png").read_bytes().startswith(b"\x89PNG")


def test_regression_is_scored_by_r2_beside_the_mean_and_linear_regression(tmp_path):
    text = run("train", "diabetes", *QUICK, "--out", tmp_path)
    assert re.search(r"on the \d+ rows that no model has seen\n +R2 +RMSE +MAE", text)
    assert re.search(r"linear regression\s+0\.\d", text)
    assert re.search(r"mean\s+-?0\.0", text)
    assert re.search(r"90% of '\w+' lie within \d+ of the answer: 71 other rows promise 84% to 95%, and of these", text)


def test_a_csv_is_read_its_target_chosen_and_its_task_explained(tmp_path):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 60))
    lines = ["price,a,b", *(f"{3 * x - y:.4f},{x:.4f},{y:.4f}" for x, y in zip(a, b, strict=True))]
    (tmp_path / "houses.csv").write_text("\n".join(lines))
    text = run("train", tmp_path / "houses.csv", "--target", "price", *QUICK, "--out", tmp_path / "out")
    assert "so this is regression" in text
    assert (tmp_path / "out" / "model.safetensors").exists()


def test_text_labels_of_a_csv_come_back_from_the_model_file(tmp_path):
    rows = [f"{i % 7},{i % 2},{'cat' if i % 2 else 'dog'}" for i in range(40)]
    (tmp_path / "pets.csv").write_text("\n".join(["size,tail,kind", *rows]))
    run("train", tmp_path / "pets.csv", *QUICK, "--out", tmp_path / "out")
    assert load(tmp_path / "out" / "model.safetensors").targets.classes == (("cat", "dog"),)


@pytest.mark.parametrize(
    "options",
    [
        ["--optimizer", "lbfgs"],
        ["--dtype", "float32", "--engine", "xla"],
        ["--layers", "0"],
        ["--dropout", "0.2", "--l2", "0.1", "--batch-norm", "--activation", "tanh"],
        ["--patience", "0", "--batch", "0", "--schedule", "cosine", "--optimizer", "nesterov", "--rate", "0.05"],
    ],
)
def test_options_run(tmp_path, options):
    assert "this network" in run("train", "iris", *QUICK, *options, "--out", tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["flour"], r"no file 'flour', and no built-in data of that name \(did you mean 'flower'\?\)"),
        (["nowhere.csv"], "nowhere.csv"),
        (["iris", "--target", "x"], "has its own target, 'species'"),
        (["iris", "--activation", "rleu"], r"'rleu' is unknown \(did you mean 'relu'\?\)"),
        (["iris", "--optimizer", "adma"], "did you mean 'adam'"),
        (["iris", "--layers", "8,x"], "whole numbers separated by commas"),
        (["iris", "--layers", "8,0,8"], "each hidden layer needs 1 unit or more"),
        (["iris", "--layers", "1000000,1000000"], "GiB"),
        (["iris", "--rate", "-1"], "rate=-1.0 must be a finite number above 0"),
        (["iris", "--rate", "nan"], "rate=nan"),
        (["iris", "--dropout", "1"], "dropout=1.0"),
        (["iris", "--batch", "-3"], "--batch does not fit: it must be 0 or more"),
        (["iris", "--patience", "-1"], "--patience does not fit: it must be 0 or more"),
        (["iris", "--seed", "-1"], "--seed does not fit: it must be 0 or more"),
        (["iris", "--layers", "-3"], "each hidden layer needs 1 unit or more"),
        (["iris", "--epochs", "0"], "epochs=0"),
        (["iris", "--engine", "cuda"], "choose one of: auto, numpy, xla"),
        (["iris", "--engine", "xla", "--device", "gpu"], "device='gpu'"),
        (["iris", "--dtype", "float16"], "float32"),
        (["iris", "--precision", "fp16"], "choose one of: float32, tf32, bfloat16"),
        (["iris", "--processes", "2", "--engine", "numpy"], "engine='numpy' works in its own process"),
        (["iris", "--processes", "2", "--hosts", "red,blue"], "there is one process on each host"),
        (["iris", "--hosts", ","], "--hosts ',' names no host"),
        (["iris", "--task", "regression"], "which is no number: regression needs numbers"),
        (["iris", "--layer", "8"], "There is no option --layer"),
        (["iris", "--optimizer", "lbfgs", "--batch", "16"], "lbfgs takes all rows in every step"),
        (["iris", "--encoding", "latin-1"], "the built-in iris is no file"),
        (["diabetes", "--balanced"], "balanced is for classes"),
        (["nowhere.csv", "--schedule", "cosin"], "did you mean 'cosine'"),
        (["nowhere.csv", "--rate", "0"], "rate=0.0 must be"),
        (["nowhere.csv", "--engine", "xlb"], "did you mean 'xla'"),
        (["iris", "--optimizer", "lbfgs", "--clip", "1"], "leave schedule, clip_norm and transforms out"),
        (["iris", "--coverage", "0.99"], "coverage=0.99 is more than 24 rows set aside can promise: at most 0.96"),
        (["iris", "--coverage", "2"], "coverage=2.0 must be a number between 0 and 1"),
        (["iris", "--head", "quantiles"], "are for numbers, but the targets are classes"),
        (["diabetes", "--head", "quantile"], "did you mean 'quantiles'"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_status_3(tmp_path, arguments, message):
    text = run("train", *arguments, "--out", tmp_path, expect=3)
    assert re.search(message, text.replace("\n", " ")), text
    assert "Traceback" not in text
    assert "rows to train on" not in text
    assert list(tmp_path.iterdir()) == []


def test_a_single_class_is_refused(tmp_path):
    (tmp_path / "one.csv").write_text("a,b\n" + "1,yes\n2,yes\n" * 20)
    assert "one class only, 'yes'" in run("train", tmp_path / "one.csv", "--out", tmp_path / "out", expect=3)


def test_a_class_too_rare_for_every_part_is_trained_on_and_told(tmp_path):
    (tmp_path / "rare.csv").write_text("a,b\n" + "1,yes\n2,no\n" * 20 + "3,maybe\n")
    text = run("train", tmp_path / "rare.csv", *QUICK, "--out", tmp_path / "o")
    assert "class 'maybe' has 1 row: the validation and test parts have none of it" in text


def test_a_table_as_people_have_it_is_read_column_by_column(tmp_path):
    rng = np.random.default_rng(0)
    rows = [
        f"{i + 1},{rng.normal():.3f},{'' if i % 9 == 0 else rng.integers(99)},{['Oslo', 'Turku'][i % 2]},"
        f'2020-{1 + i % 12:02d}-{1 + i % 28:02d},{["yes", "no"][i % 2]},"$1,{i + 100}",{["in", "out"][i % 2]}'
        for i in range(80)
    ]
    (tmp_path / "t.csv").write_text("\n".join(["id,x,n,city,day,member,price,state", *rows]))
    text = run("train", tmp_path / "t.csv", "--drop", "CITY", *QUICK, "--out", tmp_path / "o")
    kinds = dict(re.findall(r"^(\w+) +(identifier|number|category|date|truth)\b", text, re.MULTILINE))
    assert kinds == {
        "id": "identifier",
        "x": "number",
        "n": "number",
        "day": "date",
        "member": "truth",
        "price": "number",
    }
    assert "'member' alone gives the target away" in text


def test_several_targets_a_test_file_and_kinds_of_ones_own(tmp_path):
    rng = np.random.default_rng(0)
    lines = [f"{i % 4},{rng.normal():.3f},{rng.normal():.3f},{rng.normal():.3f}" for i in range(60)]
    for name, part in (("train", lines[:50]), ("test", lines[50:])):
        (tmp_path / f"{name}.csv").write_text("\n".join(["code,a,y,z", *part]))
    options = ["--target", "y,z", "--test", tmp_path / "test.csv", "--kind", "code=category"]
    text = run("train", tmp_path / "train.csv", *options, *QUICK, "--out", tmp_path / "o")
    assert "regression of 'y' and 'z'" in text
    assert "10 for the score at the end" in text
    assert re.search(r"^code +category +as asked for +4", text, re.MULTILINE)


def test_divergence_is_explained_and_the_last_finite_model_kept(tmp_path):
    options = ["--optimizer", "gd", "--rate", "1e3", "--activation", "relu", "--engine", "numpy"]
    text = run("train", "diabetes", *options, "--out", tmp_path, expect=1)
    assert "training diverged at step" in text
    assert "Try learning_rate=" in text
    left = {p.name for p in tmp_path.iterdir()}
    assert left == {"diverged.safetensors", "run.json", "report.html", "cost.png"}  # no good model is replaced
    assert all(np.isfinite(p).all() for p in load_model(tmp_path / "diverged.safetensors").parameters.arrays())


def test_text_in_brackets_is_text(tmp_path):
    """Column names go through a library that could take [brackets] for markup."""
    lines = ["age [/red],price [eur]", *(f"{i * 7 % 11},{3 * i}" for i in range(40))]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert "of 'price [eur]'" in run("train", tmp_path / "a.csv", *QUICK, "--out", tmp_path / "o [bold]x")
    (tmp_path / "b.csv").write_text("\n".join([*lines, "old,7"]))
    assert "age [/red]" in run("train", tmp_path / "b.csv", *QUICK, "--out", tmp_path / "out")


def test_a_folder_that_cannot_be_made_is_refused_before_training(tmp_path):
    (tmp_path / "file").touch()
    text = run("train", "iris", "--out", tmp_path / "file", expect=3)
    assert "cannot be made a folder" in text
    assert "steps in" not in text


def test_a_model_answers_rows_as_they_come(tmp_path):
    run("train", "iris", *QUICK, "--epochs", 80, "--rate", 0.01, "--batch-norm", "--out", tmp_path)
    iris = load_dataset("iris")
    model = load(tmp_path / "model.safetensors")
    assert (model.predict(iris.X) == iris.y).mean() > 0.9
    run("train", "diabetes", *QUICK, "--epochs", 100, "--out", tmp_path)
    diabetes = load_dataset("diabetes")
    model = load(tmp_path / "model.safetensors")
    assert np.corrcoef(model.predict(diabetes.X), diabetes.y)[0, 1] > 0.5
    with pytest.raises(ValueError, match="the rows have 3 columns, where 10 are expected"):
        model.predict([[1.0, 2.0, 3.0]])


def test_processes_share_each_batch_and_leave_the_files_of_one(tmp_path):
    """The command is given two; what it prints, scores and keeps is of one run."""
    options = ("--layers", "4", "--epochs", "3", "--optimizer", "gd", "--rate", "0.1")
    text = run("train", "iris", *options, "--processes", "2", "--out", tmp_path / "two")
    run("train", "iris", *options, "--engine", "numpy", "--out", tmp_path / "one")
    assert "(processes that share each batch: 2)" in text
    two, one = (json.loads((tmp_path / name / "run.json").read_text(encoding="utf-8")) for name in ("two", "one"))
    assert two["training"]["cost"] == pytest.approx(one["training"]["cost"], rel=1e-9)
    assert two["score"] == one["score"]
    assert sorted(file.name for file in (tmp_path / "two").iterdir()) == sorted(
        file.name for file in (tmp_path / "one").iterdir()
    )


def test_help_names_every_option_of_training():
    text = re.sub(r"\x1b\[[0-9;]*m", "", run("train", "--help"))
    for option in (
        "layers",
        "activation",
        "optimizer",
        "rate",
        "epochs",
        "batch",
        "l2",
        "dropout",
        "batch-norm",
        "seed",
    ):
        assert f"--{option}" in text
    for option in ("engine", "dtype", "target", "schedule", "patience"):
        assert f"--{option}" in text


def test_a_coverage_is_promised_and_quantiles_are_learnt_for_it(tmp_path):
    options = ["--head", "quantiles", "--coverage", 0.8, *QUICK]
    text = run("train", "diabetes", *options, "--out", tmp_path)
    assert "3 QuantilesHead(quantiles=(0.1, 0.5, 0.9))" in text
    assert re.search(r"80% of '\w+' lie in intervals \d+ long on average: 71 other rows promise 72% to 88%", text)
    assert "validation R2" not in text
    kept = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["coverage"]
    assert [one["coverage"] for one in kept.values()] == [0.8]
    text = run("train", "iris", "--coverage", 0.8, *QUICK, "--out", tmp_path / "iris")
    assert re.search(r"sets of \d.\d\d classes on average hold the right 'species' in 80% of rows: 24 other rows", text)


def test_a_full_truth_table_is_learnt_whole_and_it_is_said(tmp_path):
    text = run("train", "parity", "--engine", "numpy", "--out", tmp_path)
    assert "a full truth table: each row is a case of its own, so none is held out" in text
    assert "on the 16 rows on all of which each was trained" in text
    assert float(re.search(r"this network\s+([\d.]+)", text).group(1)) > 0.9
    (tmp_path / "and.csv").write_text("a,b,y\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n")
    assert "a full truth table" in run("train", tmp_path / "and.csv", *QUICK, "--out", tmp_path / "and")


def test_the_same_seed_gives_the_same_model(tmp_path):
    for name in ("a", "b"):
        run("train", "xor", *QUICK, "--out", tmp_path / name)
    first, second = (load_model(tmp_path / name / "model.safetensors") for name in ("a", "b"))
    assert (first.parameters.W[1] == second.parameters.W[1]).all()


def test_the_module_runs_as_a_command():
    done = subprocess.run([sys.executable, "-m", "barreleye.cli", "--help"], capture_output=True, text=True, check=True)
    assert "see through" in done.stdout


def test_hidden_units_of_one_layer():
    assert hidden_units("7") == (7,)


def test_what_takes_long_to_import_is_left_where_it_is(tmp_path):
    """Training numbers on NumPy needs neither scikit-learn nor JAX nor SciPy, though the table is scikit-learn's."""
    program = (
        "import sys; from barreleye.cli import main\nsys.argv = ['barreleye', 'train', *sys.argv[1:]]\n"
        "try: main()\n"
        "finally: print([name for name in ('jax', 'sklearn', 'scipy', 'pandas', 'polars') if name in sys.modules])"
    )
    for data in ("wine", "diabetes"):
        words = [data, "--epochs", "3", "--engine", "numpy", "--out", str(tmp_path)]
        done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]"


def test_help_of_all_commands_imports_none_of_their_work():
    program = (
        "import sys; from barreleye.cli import main\nsys.argv = ['barreleye', *sys.argv[1:]]\n"
        "try: main()\n"
        "finally: print([n for n in ('jax', 'sklearn', 'scipy', 'matplotlib', 'pyarrow', 'barreleye.course') "
        "if n in sys.modules])"
    )
    for words in (["--help"], ["predict", "--help"]):
        done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]"


def test_a_mistyped_command_is_told_the_one_that_was_meant():
    assert "Did you mean train?" in run("trian", expect=3)


def test_missing_cells_are_counted_and_columns_alike_share_a_line(tmp_path):
    rng = np.random.default_rng(0)
    names = [f"c{i}" for i in range(6)]
    rows = [[*rng.normal(size=6).round(3), "" if i < 7 else i % 5, ["a", "?", "b"][i % 3], i % 2] for i in range(60)]
    lines = [",".join(map(str, row)) for row in [[*names, "gaps", "name", "y"], *rows]]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    text = run("train", tmp_path / "t.csv", *QUICK, "--out", tmp_path / "o")
    assert re.search(r"^c0 ... c5 \(6 columns\) +number +numbers +1", text, re.MULTILINE)
    assert re.search(r"^gaps +number +numbers; 7 missing +2", text, re.MULTILINE)
    assert re.search(r"^name +category +2 names; 20 missing \('\?'\) +1", text, re.MULTILINE)


def test_rows_that_run_on_in_time_are_pointed_out_unless_the_latest_are_held_out(tmp_path):
    rows = [f"2020-{1 + i // 28:02d}-{1 + i % 28:02d},{(i * 7919) % 101}" for i in range(150)]
    (tmp_path / "t.csv").write_text("\n".join(["day,y", *rows]))
    said = "the rows run on in 'day'"
    assert said in run("train", tmp_path / "t.csv", *QUICK, "--out", tmp_path / "o")
    assert said not in run("train", tmp_path / "t.csv", "--split", "time:day", *QUICK, "--out", tmp_path / "o")


def test_a_network_that_is_of_no_use_is_called_so(tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"{a:.3f},{b:.3f}" for a, b in rng.normal(size=(60, 2))]
    (tmp_path / "t.csv").write_text("\n".join(["a,y", *rows]))
    options = ["--epochs", 300, "--patience", 0, "--rate", 0.02, "--engine", "numpy"]
    text = run("train", tmp_path / "t.csv", *options, "--out", tmp_path / "o")
    assert "by RMSE this network is no better on these rows than the mean" in text


def test_what_went_wrong_is_said_at_the_end_and_kept(tmp_path):
    options = ["--layers", 16, "--rate", 5, "--epochs", 20, "--engine", "numpy"]
    text = run("train", "moons", *options, "--lang", "en", "--diagnose", "--out", tmp_path / "en")
    kept = json.loads((tmp_path / "en" / "run.json").read_text(encoding="utf-8"))["findings"]
    assert kept[0]["code"] == "BE401"
    assert kept[0]["confirmed"] is True
    assert f"{kept[0]['code']}  {kept[0]['title']['en']}" in text
    assert kept[0]["trial"]["en"] in text
    chinese = run("train", "moons", *options, "--lang", "zh", "--diagnose", "--out", tmp_path / "zh")
    assert kept[0]["trial"]["zh"] in chinese


def test_nothing_is_said_of_a_run_with_nothing_wrong_unless_asked(tmp_path):
    text = run("train", "moons", "--recipe", "plain", "--engine", "numpy", "--lang", "en", "--out", tmp_path / "a")
    assert "BE" not in text.replace(str(tmp_path), "")
    assert json.loads((tmp_path / "a" / "run.json").read_text(encoding="utf-8"))["findings"] == []
    options = ["--recipe", "plain", "--engine", "numpy", "--lang", "en", "--diagnose"]
    assert "things that go wrong in trainings, and found nothing" in run("train", "moons", *options, "--out", tmp_path)


def test_a_divergence_is_diagnosed_too(tmp_path):
    options = ["--optimizer", "gd", "--rate", 1e9, "--layers", 6, "--epochs", 5, "--engine", "numpy", "--diagnose"]
    text = run("train", "diabetes", *options, "--lang", "en", "--out", tmp_path, expect=1)
    assert "BE301  the learning rate is too high" in text


def test_a_language_that_is_not_spoken_is_refused(tmp_path):
    assert "--lang" in run("train", "iris", "--lang", "fr", "--out", tmp_path, expect=3)


def test_a_training_is_told_in_chinese_from_its_first_line_to_its_last(tmp_path):
    rows = [f"{k},{k % 3},{'x' if k % 2 else 'y'},2020-01-{1 + k % 28:02d},{k * 1.5}" for k in range(60)]
    (tmp_path / "a.csv").write_text("\n".join(["id,n,word,day,y", *rows, "9,1,x,2020-01-01,"]))
    said = run(
        "train", tmp_path / "a.csv", "--recipe", "plain", "--epochs", "3", "--out", tmp_path / "o", "--lang", "zh"
    )
    english = [line for line in said.splitlines() if re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", line)]
    assert english == []
    for words in ("去掉了 'y' 没有值的 1 行", "因此这是回归", "用于训练", "在没有模型见过的", "已存入"):
        assert words in said
    page = (tmp_path / "o" / "report.html").read_text(encoding="utf-8")
    assert "因此这是回归" in page


def test_hosts_may_stand_in_a_file(tmp_path):
    (tmp_path / "hosts").write_text("# the cluster\nred\n\nme@blue  # slow\n", encoding="utf-8")
    assert processes_of(None, str(tmp_path / "hosts")) == ("red", "me@blue")
