from barreleye.training.pace import FULL_BATCH_STEPS, _next


def test_calls_become_as_long_as_ctrl_c_allows():
    assert _next(1, 1, 1e-4) == 8
    assert _next(8, 8, 10.0) == 1
    assert _next(1024, 1024, 1e-6) == FULL_BATCH_STEPS
    assert _next(100, 3, 0.01) == 100, "a short last call says nothing"
    assert _next(100, 3, 1.0) < 3
    assert _next(1, 1, 0.0) == 8
