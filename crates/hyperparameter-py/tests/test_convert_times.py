"""Dates, times and durations from text, through arguments of decorated functions and through files."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import hyperparameter as hp
from hyperparameter.convert import Mismatch, Text, converter

UTC = dt.timezone.utc


def convert(cls: Any, value: Any) -> Any:
    found = converter(cls)
    assert found is not None
    return found(value)


@pytest.mark.parametrize("kind", [str, Text])
@pytest.mark.parametrize(
    ("cls", "text", "made"),
    [
        (dt.date, "2024-02-29", dt.date(2024, 2, 29)),
        (dt.date, " 2024-02-29 ", dt.date(2024, 2, 29)),
        (dt.time, "12:30", dt.time(12, 30)),
        (dt.time, "12:30:45.5", dt.time(12, 30, 45, 500_000)),
        (dt.time, "12:30:45,123456", dt.time(12, 30, 45, 123_456)),
        (dt.time, "12:30:45.1234560", dt.time(12, 30, 45, 123_456)),
        (dt.time, "12:30Z", dt.time(12, 30, tzinfo=UTC)),
        (dt.datetime, "2024-02-29", dt.datetime(2024, 2, 29)),
        (dt.datetime, "2024-02-29 10:00", dt.datetime(2024, 2, 29, 10)),
        (dt.datetime, "2024-02-29T10:00:01Z", dt.datetime(2024, 2, 29, 10, 0, 1, tzinfo=UTC)),
        (dt.datetime, "2024-02-29t10:00:01z", dt.datetime(2024, 2, 29, 10, 0, 1, tzinfo=UTC)),
        (dt.datetime, "2024-02-29T10:00+0530", dt.datetime(2024, 2, 29, 10, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))),
        (dt.datetime, "2024-02-29T10:00-01:00", dt.datetime(2024, 2, 29, 10, tzinfo=dt.timezone(dt.timedelta(hours=-1)))),
        (dt.timedelta, "90", dt.timedelta(seconds=90)),
        (dt.timedelta, "1.5", dt.timedelta(seconds=1.5)),
        (dt.timedelta, "90s", dt.timedelta(seconds=90)),
        (dt.timedelta, "1h30m", dt.timedelta(hours=1, minutes=30)),
        (dt.timedelta, "1h 30min 5s", dt.timedelta(hours=1, minutes=30, seconds=5)),
        (dt.timedelta, "250ms", dt.timedelta(milliseconds=250)),
        (dt.timedelta, "3us", dt.timedelta(microseconds=3)),
        (dt.timedelta, "1.5h", dt.timedelta(minutes=90)),
        (dt.timedelta, "2w", dt.timedelta(weeks=2)),
        (dt.timedelta, "-1h", dt.timedelta(hours=-1)),
        (dt.timedelta, "30:00", dt.timedelta(hours=30)),
        (dt.timedelta, "0:00:01.5", dt.timedelta(seconds=1.5)),
        (dt.timedelta, "-0:30", dt.timedelta(minutes=-30)),
        (dt.timedelta, "1 day, 2:30:00", dt.timedelta(days=1, hours=2, minutes=30)),
        (dt.timedelta, "-2 days, 2:30:00", dt.timedelta(days=-2, hours=2, minutes=30)),
        (dt.timedelta, "P1DT2H30M", dt.timedelta(days=1, hours=2, minutes=30)),
        (dt.timedelta, "PT0.5S", dt.timedelta(seconds=0.5)),
        (dt.timedelta, "-P2W", dt.timedelta(weeks=-2)),
    ],
)  # fmt: skip
def test_text_is_read(kind: Any, cls: Any, text: str, made: Any) -> None:
    assert convert(cls, kind(text)) == made


@pytest.mark.parametrize(
    ("cls", "value"),
    [
        (dt.date, "2024-02-30"), (dt.date, "2024-2-9"), (dt.date, "2024-02-29T10:00"), (dt.date, "29.02.2024"), (dt.date, 20240229),
        (dt.date, dt.datetime(2024, 2, 29, 10)), (dt.time, "24:00"), (dt.time, "12"), (dt.time, "12:30:45.1234567"), (dt.time, 12),
        (dt.time, "12:30:60"), (dt.datetime, "now"), (dt.datetime, 1_700_000_000), (dt.datetime, "2024-02-29 10"),
        (dt.datetime, "2024-02-29T10:00+25:00"), (dt.datetime, "٢٠٢٤-02-29"), (dt.datetime, dt.date(2024, 2, 29)),
        (dt.timedelta, "1 fortnight"), (dt.timedelta, "P"), (dt.timedelta, "PT"), (dt.timedelta, "P1DT"), (dt.timedelta, "1:60"),
        (dt.timedelta, ""), (dt.timedelta, "0.5us"), (dt.timedelta, "9999999999999999999w"), (dt.timedelta, "1e300"),
        (dt.timedelta, "nan"), (dt.timedelta, float("nan")), (dt.timedelta, float("inf")), (dt.timedelta, True), (dt.timedelta, [1]),
    ],
)  # fmt: skip
def test_what_is_none_is_refused(cls: Any, value: Any) -> None:
    with pytest.raises(Mismatch):
        convert(cls, value)


@pytest.mark.parametrize(
    "value", [dt.date(2024, 2, 29), dt.time(1), dt.datetime(2024, 2, 29, tzinfo=UTC), dt.timedelta(hours=1)]
)
def test_a_value_of_the_class_is_handed_over_as_it_is(value: Any) -> None:
    assert convert(type(value), value) is value


@pytest.mark.parametrize(("value", "made"), [(90, dt.timedelta(seconds=90)), (0.25, dt.timedelta(seconds=0.25))])
def test_a_number_is_seconds(value: Any, made: dt.timedelta) -> None:
    assert convert(dt.timedelta, value) == made


def test_a_refusal_shows_how_one_is_written() -> None:
    with pytest.raises(Mismatch, match="2024-02-29T12:30:00"):
        convert(dt.datetime, "tomorrow")


def test_null_goes_to_an_optional_one_only() -> None:
    assert convert(dt.date | None, Text("null")) is None
    with pytest.raises(Mismatch, match="Optional"):
        convert(dt.date, None)


def test_an_argument_of_a_decorated_function_is_converted() -> None:
    @hp.auto_param("times")
    def f(every: dt.timedelta = dt.timedelta(0), start: dt.datetime | None = None) -> Any:
        return every, start

    with hp.param_scope("times.every=1h", "times.start=2024-02-29"):
        assert f() == (dt.timedelta(hours=1), dt.datetime(2024, 2, 29))
