"""Dates, times and durations from text: no format of a configuration file has a kind for them that all have.

- ``date``: ``2024-02-29``. ``time``: ``12:30``, ``12:30:45.5``, with an offset ``Z`` or ``+02:00`` at the end.
- ``datetime``: a date, then ``T`` or a space and a time; a date alone is its midnight.
- ``timedelta``: ``1h30m``, ``2d``, ``1.5h``, ``250ms``; as Python writes it, ``1 day, 2:30:00``; ISO 8601's ``P1DT2H30M``; a number is seconds.

The same on every Python, whatever its own ``fromisoformat`` takes. Nothing is cut off: a seventh digit of a second must be
a zero.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from hyperparameter.convert.marks import Converter, Mismatch, Text, refuse, shown, table

_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r"\s?(?P<zone>[Zz]|(?P<sign>[+-])(?P<zone_hour>\d\d):?(?P<zone_minute>\d\d))?"
)
_DATE_ONLY, _TIME_ONLY = re.compile(_DATE, re.ASCII), re.compile(_TIME, re.ASCII)
_BOTH = re.compile(f"{_DATE}(?:[Tt ]{_TIME})?", re.ASCII)

_UNITS = {
    "w": 604_800_000_000, "d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "min": 60_000_000, "s": 1_000_000,
    "ms": 1_000, "us": 1, "µs": 1,
}  # fmt: skip
_NUMBER = r"\d+(?:\.\d+)?"
_PARTS = re.compile(rf"(?:{_NUMBER}\s*(?:w|d|h|min|m|s|ms|us|µs)\s*)+", re.ASCII)
_PART = re.compile(rf"({_NUMBER})\s*(w|d|h|ms|min|m|us|µs|s)", re.ASCII)
_CLOCK = re.compile(r"(?:(?P<days>-?\d+) days?,\s*)?(?P<h>\d+):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d(?:\.\d+)?))?", re.ASCII)
_ISO = re.compile(
    rf"P(?:(?P<w>{_NUMBER})W)?(?:(?P<d>{_NUMBER})D)?(?:T(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?(?:(?P<s>{_NUMBER})S)?)?",
    re.ASCII,
)


def _date(text: str) -> dt.date | None:
    found = _DATE_ONLY.fullmatch(text)
    return dt.date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None


def _time_of(found: re.Match[str]) -> dt.time:
    zone = None
    if found["zone"]:
        offset = dt.timedelta(hours=int(found["zone_hour"] or 0), minutes=int(found["zone_minute"] or 0))
        zone = dt.timezone(-offset if found["sign"] == "-" else offset)
    micro = _micro(found["fraction"] or "0")
    return dt.time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0), micro, zone)


def _micro(fraction: str) -> int:
    if fraction[6:].strip("0"):
        raise ValueError("a second has at most six digits after its point")
    return int(fraction[:6].ljust(6, "0"))


def _time(text: str) -> dt.time | None:
    found = _TIME_ONLY.fullmatch(text)
    return _time_of(found) if found else None


def _datetime(text: str) -> dt.datetime | None:
    found = _BOTH.fullmatch(text)
    if not found:
        return None
    day = dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
    return dt.datetime.combine(day, _time_of(found) if found["hour"] else dt.time())


def _timedelta(text: str) -> dt.timedelta | None:
    sign, body = (-1, text[1:].lstrip()) if text.startswith("-") and " day" not in text else (1, text)
    clock, iso = _CLOCK.fullmatch(body), _ISO.fullmatch(body)
    if _PARTS.fullmatch(body):
        parts = [(number, _UNITS[unit]) for number, unit in _PART.findall(body)]
    elif clock:
        parts = [(clock["days"], _UNITS["d"]), *((clock[unit], _UNITS[unit]) for unit in "hms")]
    elif iso and body not in ("P", "PT") and not body.endswith("T"):
        parts = [(iso[unit], _UNITS[unit]) for unit in "wdhms"]
    else:
        return None
    return sign * dt.timedelta(microseconds=sum(_exactly(number, unit) for number, unit in parts if number))


def _exactly(number: str, unit: int) -> int:
    """So many microseconds; a fraction that is none of them is not rounded away."""
    whole, _, fraction = number.partition(".")
    scale = int(10 ** len(fraction))
    part, rest = divmod(int(fraction or "0") * unit, scale)
    if rest:
        raise ValueError("a duration has no parts smaller than a microsecond")
    return int(whole) * unit + (-part if whole.startswith("-") else part)


def _seconds(value: Any) -> dt.timedelta:
    number = table(value, "number")
    try:
        return dt.timedelta(seconds=number)
    except (OverflowError, ValueError) as error:
        raise Mismatch(f"{shown(value)} is no timedelta: {error}") from None


_READ: dict[Any, tuple[Callable[[str], Any], str, str | None]] = {
    dt.datetime: (_datetime, "2024-02-29T12:30:00+02:00", "date-time"),
    dt.date: (_date, "2024-02-29", "date"),
    dt.time: (_time, "12:30:00", "time"),
    dt.timedelta: (_timedelta, "1h30m", None),
}


def converter_to(cls: Any) -> Converter | None:
    """The converter to a class of ``datetime``; ``None`` for any other class."""
    if cls not in _READ:
        return None
    read, example, pattern = _READ[cls]
    wanted = cls.__name__
    duration = cls is dt.timedelta

    def convert(value: Any) -> Any:
        # A datetime is a date, but its time would be lost.
        if isinstance(value, cls) and (cls is not dt.date or not isinstance(value, dt.datetime)):
            return value
        if duration and isinstance(value, (int, float)) and not isinstance(value, bool):
            return _seconds(value)
        if not isinstance(value, str):
            return refuse(value, wanted)
        text = str(value).strip(" \t\n\r\f\v")
        try:
            made = read(text)
        except (ValueError, OverflowError) as error:
            raise Mismatch(f"{shown(value)} is no {wanted}: {error}") from None
        if made is None and duration and re.fullmatch(r"[+-]?[\d_.]+(?:[eE][+-]?\d+)?", text):
            return _seconds(Text(text))
        if made is None:
            raise Mismatch(f"{shown(value)} is no {wanted}; one is written {example}")
        return made

    return Converter(wanted, convert, schema=lambda to: to.time(cls.__name__, pattern))
