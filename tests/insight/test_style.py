import os
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from barreleye.insight.plots import plot_scatter
from barreleye.insight.style import INK, Picture, class_style, note, rim, save


def linear(rgb):
    rgb = np.asarray(rgb)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lightness(rgb):
    """CIE L*, 0 to 100: what remains of a colour in a grey print."""
    Y = linear(rgb) @ [0.2126, 0.7152, 0.0722]
    return 116 * np.cbrt(Y) - 16


# Viénot, Brettel and Mollon (1999): linear RGB as protanopes and deuteranopes see it.
PROTANOPE = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])
DEUTERANOPE = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])


def test_no_two_of_100_classes_look_the_same_and_the_first_10_differ_in_both_colour_and_marker():
    styles = [class_style(k) for k in range(100)]
    assert len(set(styles)) == 100
    assert len({colour for colour, _ in styles[:10]}) == len({marker for _, marker in styles[:10]}) == 10


def test_the_first_two_classes_differ_in_lightness_so_that_a_grey_print_shows_them():
    assert abs(lightness(to_rgb(class_style(0)[0])) - lightness(to_rgb(class_style(1)[0]))) > 20


@pytest.mark.parametrize("sight", [PROTANOPE, DEUTERANOPE], ids=["protanope", "deuteranope"])
def test_the_colours_of_ten_classes_stay_apart_for_the_colour_blind(sight):
    seen = np.array([sight @ linear(to_rgb(class_style(k)[0])) for k in range(10)])
    distances = np.linalg.norm(seen[:, None] - seen, axis=-1)
    assert distances[~np.eye(10, dtype=bool)].min() > 0.05


def test_a_dark_class_has_a_light_rim_and_every_other_a_dark_one():
    for k in range(10):
        colour = class_style(k)[0]
        assert (rim(colour) == INK) == (lightness(to_rgb(colour)) > 30)


def test_an_older_picture_survives_a_failure_and_no_partial_file_remains(tmp_path, monkeypatch):
    path = tmp_path / "curve.png"
    save(Picture(), path)
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match=r"could not write \(No space left on device\).*curve.png"):
        save(plot_scatter([[0, 0], [1, 1]], [0, 1]), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["curve.png"]


def test_a_failure_that_is_no_input_or_output_error_also_leaves_the_folder_as_it_was(tmp_path):
    figure = Picture()
    figure.text(0, 0, r"$\unknown$")
    with pytest.raises(ValueError, match="unknown"):
        save(figure, tmp_path / "curve.png")
    assert os.listdir(tmp_path) == []


def test_a_picture_takes_the_place_of_the_older_one_with_the_usual_permissions(tmp_path):
    path = tmp_path / "curve.png"
    path.write_bytes(b"old")
    (tmp_path / "other").touch()
    assert save(Picture(figsize=(2, 1)), str(path), dpi=50) == path
    with Image.open(path) as image:
        assert image.size == (100, 50)
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode
    assert sorted(os.listdir(tmp_path)) == ["curve.png", "other"]


@pytest.mark.parametrize("extension", ["png", "PNG", "svg", "pdf", "jpg"])
def test_the_extension_chooses_the_format(tmp_path, extension):
    content = save(plot_scatter([[0, 0], [1, 1]], [0, 1]), tmp_path / f"picture.{extension}").read_bytes()
    signature = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "jpg": b"\xff\xd8"}[extension.lower()]
    assert content.startswith(signature)


@pytest.mark.parametrize("name", ["picture", "picture.xyz", "picture."])
def test_an_unknown_extension_is_refused_with_the_known_ones(tmp_path, name):
    with pytest.raises(ValueError, match=rf"{name}' has no known picture extension: let it end in one of .*\.png"):
        save(Picture(), tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder '.*missing'.*picture.png"):
        save(Picture(), tmp_path / "missing" / "picture.png")


def test_a_notebook_can_show_a_picture():
    png = plot_scatter([[0, 0], [1, 1]], [0, 1])._repr_png_()
    assert png.startswith(b"\x89PNG")


def test_a_note_is_literal_text_inside_the_axes():
    figure = Picture()
    ax = figure.add_subplot()
    note(ax, "costs $ and $")
    figure.draw_without_rendering()
    assert ax.bbox.contains(*ax.texts[0].get_window_extent().p0)
    assert not ax.texts[0].get_parse_math()


HEADLESS = """
import sys, threading, warnings
from barreleye.insight.plots import plot_activations, plot_costs, plot_decision_boundary, plot_scatter, save
warnings.simplefilter("error")
X, y = [[0, 0], [1, 1], [2, 0]], [0, 1, 1]
draw = {
    "scatter": lambda: plot_scatter(X, y),
    "boundary": lambda: plot_decision_boundary(lambda rows: rows[:, 0], X, y, resolution=20),
    "costs": lambda: plot_costs([1, 0.5]),
    "activations": lambda: plot_activations("relu"),
}
def work(name):
    save(draw[name](), f"{sys.argv[1]}/{name}.png", dpi=40)
threads = [threading.Thread(target=work, args=[name]) for name in draw]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("matplotlib.pyplot" in sys.modules, "jax" in sys.modules)
"""


@pytest.mark.parametrize("backend", [None, "TkAgg"])
def test_pictures_need_no_display_no_backend_and_no_pyplot_and_can_be_made_in_threads(tmp_path, backend):
    environment = {k: v for k, v in os.environ.items() if k not in ("MPLBACKEND", "DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"MPLBACKEND": backend} if backend else {}
    command = [sys.executable, "-c", HEADLESS, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stdout == "False False\n", done.stderr
    assert sorted(os.listdir(tmp_path)) == ["activations.png", "boundary.png", "costs.png", "scatter.png"]


def test_importing_barreleye_does_not_import_matplotlib():
    code = "import sys, barreleye, barreleye.insight; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


def test_axes_in_a_subfigure_give_back_the_whole_figure():
    figure = Figure()
    ax = figure.subfigures(1, 2)[1].add_subplot()
    assert plot_scatter([[0, 0], [1, 1]], [0, 1], ax=ax) is figure
