"""What one process hands over is what the other one gets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.models.handover import dump, load

VALUES = {
    "nothing": None,
    "empty": np.array([]),
    "numbers": np.arange(12.0).reshape(3, 4),
    "columns": np.asfortranarray(np.arange(12.0).reshape(3, 4)),
    "texts": np.array(["a", "b", None], dtype=object),
    "frame": pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0], "c": ["x", None], "d": [True, False]}),
    "dates": pd.DataFrame({"a": pd.date_range("2024-01-01", periods=3, tz="UTC")}),
}


@pytest.mark.parametrize("mapped", [True, False])
def test_values_come_back_equal(tmp_path, mapped):
    dump(VALUES, tmp_path / "data")
    back = load(tmp_path / "data", mapped=mapped)
    assert back["nothing"] is None
    for name in ("empty", "numbers", "columns", "texts"):
        np.testing.assert_array_equal(back[name], VALUES[name])
        assert back[name].flags.f_contiguous == VALUES[name].flags.f_contiguous
    for name in ("frame", "dates"):
        pd.testing.assert_frame_equal(back[name], VALUES[name])


@pytest.mark.parametrize("mapped", [True, False])
def test_writing_into_a_value_does_not_change_the_file(tmp_path, mapped):
    dump(np.zeros(1000), tmp_path / "data")
    load(tmp_path / "data", mapped=mapped)[:] = 1.0
    assert load(tmp_path / "data").sum() == 0.0


def test_nothing_half_written_is_taken_for_a_value(tmp_path):
    class Unpicklable:
        def __reduce__(self):
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        dump([np.zeros(10), Unpicklable()], tmp_path / "data")
    assert not (tmp_path / "data").exists()
