"""What is quoted runs by itself, holds what it needs and no more, and loses its examples."""

import sys
from types import ModuleType

import numpy as np
import pytest

from barreleye.data.encoders import KINDS
from barreleye.data.frame import cells_of
from barreleye.models import quoting
from barreleye.models.quoting import quoted


def run(roots):
    imports, text = quoted(roots)
    module = ModuleType("quotation")
    sys.modules["quotation"] = module  # where dataclasses look for their annotations
    exec("\n".join(["from __future__ import annotations", *imports, text]), vars(module))
    return module, imports, text


@pytest.mark.parametrize("kind", KINDS)
def test_an_encoder_is_quoted_with_all_that_reads_cells(kind):
    module, imports, text = run([KINDS[kind], cells_of])
    assert module.cells_of(["a", None]).levels == ("a",)
    assert {line.split()[1] for line in imports} <= sys.stdlib_module_names | {"collections.abc", "numpy"}
    assert "def fit(" not in text
    assert "SAY" not in text
    assert ">>>" not in text


def test_methods_that_nobody_speaks_of_are_left_out(tmp_path, monkeypatch):
    (tmp_path / "barreleye_shop.py").write_text(
        'import math\n\nRATE = 2\n\n\nclass Till:\n    """Counts."""\n\n    coins: int = 3\n\n'
        "    def worth(self):\n        # all of it\n        return self.coins * RATE\n\n"
        "    def unused(self):\n        return math.pi\n\n\ndef total(till):\n"
        '    """The worth.\n\n    >>> 1\n    1\n    """\n    return till.worth()\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    from barreleye_shop import Till, total

    module, imports, text = run([Till, total])
    assert (module.total(module.Till()), imports) == (6, [])
    assert "# all of it" in text
    assert "unused" not in text
    assert '    """The worth."""' in text


def test_two_definitions_of_one_name_are_refused(monkeypatch):
    other = quoting.read("barreleye.data.frame")
    monkeypatch.setitem(other.imported, "Sequence", ("barreleye.data.moments", "moments"))
    monkeypatch.setitem(other.imported, "UTC", ("barreleye.data.encoding", "marks_of"))
    monkeypatch.setitem(quoting.read("barreleye.data.moments").defined, "marks_of", other.defined["plain"])
    monkeypatch.setitem(other.imported, "Real", ("barreleye.data.moments", "marks_of"))
    with pytest.raises(ValueError, match="marks_of cannot be quoted: two modules define it"):
        quoted([cells_of])
    assert np.isfinite(cells_of([1.0]).values).all()
