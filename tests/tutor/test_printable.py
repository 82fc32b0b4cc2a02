import os
import sys

import pytest

from barreleye.tutor.printable import file_name, printable


def test_what_acts_on_a_terminal_becomes_visible_and_the_rest_stays():
    assert printable("a\x1b[31mb\x00c\u202ed\udcffe") == "a�[31mb�c�d�e"
    assert printable("行\n\tx é 😀") == "行\n\tx é 😀"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep names as characters")
@pytest.mark.parametrize(
    ("raw", "name"),
    [("张伟/作业.py".encode("gbk"), "张伟/作业.py"), ("王/é.py".encode(), "王/é.py"), (b"a\x1b\xff.py", "a��.py")],
)
def test_a_name_in_any_encoding_can_be_written(raw, name):
    assert file_name(os.fsdecode(raw)) == name
    file_name(os.fsdecode(raw)).encode()
