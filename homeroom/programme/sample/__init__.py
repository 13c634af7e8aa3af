"""Synthetic nations with published totals."""

from homeroom.programme.sample.nation import NATIONS
from homeroom.programme.sample.write import write_sample

__all__ = ["NATIONS", "write_sample"]
