import io
import sys

import pytest

from barreleye.tutor.showing.encodable import PLAINER, encodable
from barreleye.tutor.showing.wording import SIGNS


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "cp437"])
def test_whatever_is_written_can_be_encoded_and_signs_stay_apart(encoding):
    for sign in [*PLAINER, "ε", "Φ", "中", "⣿", "ᵢ", "😀"]:
        encodable(sign, encoding).encode(encoding)
    assert len({encodable(sign, encoding) for sign in SIGNS.values()}) == len(SIGNS)
    assert all(encodable(sign, encoding) != "?" for sign in [*PLAINER, *"εΦ⣿ᵢ²"])


def test_what_can_be_written_stays():
    assert encodable("✓ Σᵢ ⣿ 中", "utf-8") == "✓ Σᵢ ⣿ 中"
    assert encodable("✓ 对样本求和 dZ⁽ⁱ⁾ − 1", "gbk") == "√ 对样本求和 dZ^(i) - 1"


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_a_report_and_an_explanation_are_printed_whatever_the_encoding(report, monkeypatch, encoding):
    from barreleye.nn.network import initialize
    from barreleye.nn.structure import Network
    from barreleye.tutor.explain import explain

    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding, errors="strict"))
    print(report)
    network = Network((2, 3, 1), "tanh")
    print(explain(network, initialize(network, 0), [[0.5, -1.0], [1.0, 0.25]], [[1, 0]]))
    sys.stdout.flush()
    assert "dW1 is m = 7 times too large" in written.getvalue().decode(encoding)
