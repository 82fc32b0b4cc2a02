"""The files that a class hands in."""

import os

import pytest

from barreleye.tutor.classroom.submissions import files_in, text_of


def names(folder, files):
    return [file.relative_to(folder).as_posix() for file in files]


def test_scripts_and_notebooks_are_found_at_any_depth(folder):
    assert names(folder, files_in(folder)) == ["a.py", "b.py", "lee/hw.py", "王/作业.ipynb"]


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no \.py or \.ipynb file"):
        files_in(tmp_path)
    with pytest.raises(ValueError, match="is not a folder"):
        files_in(tmp_path / "nowhere")


def test_what_programs_make_is_left_out(folder):
    for name in ("venv/pyvenv.cfg", "venv/lib/a.py", "x/site-packages/a.py", "__MACOSX/._a.py", "node_modules/a.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    assert names(folder, files_in(folder)) == ["a.py", "b.py", "lee/hw.py", "王/作业.ipynb"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_what_cannot_be_checked_is_there_all_the_same(folder):
    (folder / "dangling.py").symlink_to("nowhere.py")
    (folder / "folder.py").mkdir()
    os.mkfifo(folder / "pipe.py")
    found = names(folder, files_in(folder))
    assert [name for name in found if name[-3:] == ".py" and name[0] in "dfp"] == [
        "dangling.py",
        "folder.py",
        "pipe.py",
    ]
    assert text_of(folder / "pipe.py") == text_of(folder / "folder.py") == ""


def test_linked_folders_are_entered_once(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "hw.py").touch()
    (folder / "mei").symlink_to(tmp_path / "elsewhere")
    (folder / "lee" / "round").symlink_to(folder)
    assert names(folder, files_in(folder)) == ["a.py", "b.py", "lee/hw.py", "mei/hw.py", "王/作业.ipynb"]


def test_a_folder_that_cannot_be_opened_is_a_row(folder, monkeypatch):
    opened = type(folder).iterdir

    def iterdir(path):
        if path.name == "lee":
            raise PermissionError(13, "Permission denied")
        return opened(path)

    monkeypatch.setattr(type(folder), "iterdir", iterdir)
    assert names(folder, files_in(folder)) == ["a.py", "b.py", "lee", "王/作业.ipynb"]
