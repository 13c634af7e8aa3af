"""The tree drawn at the top of errors.py is the tree there is."""

import inspect
import re

from homeroom import errors


def tree():
    """Read the drawing: error -> its parent."""
    parents, stack = {}, {-1: "HomeroomError"}
    for line in errors.__doc__.splitlines():
        found = re.match(r"([│ ]*)[├└]── (\w+)", line)
        if found:
            depth = len(found[1]) // 4
            parents[found[2]] = stack[depth - 1]
            stack[depth] = found[2]
    return parents


def test_the_drawing_is_the_code():
    real = {
        name: kind.__bases__[0].__name__
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, errors.HomeroomError) and kind is not errors.HomeroomError
    }
    assert tree() == real


def test_exit_codes():
    assert errors.UsageError("x").exit_code == 2
    assert errors.InputError().exit_code == 2
    assert errors.Unreachable("r1", "no answer", "check power").exit_code == 3


def test_a_problem_reads_like_a_compiler_s_message():
    problem = errors.Problem("schools.csv", 7, "latitude", "is empty", "fill it")
    assert str(problem) == "schools.csv:7: latitude: is empty; fill it"
    whole = errors.Problem("schools.csv", 0, "(file)", "is empty", "fill it")
    assert str(errors.InputError(problem, whole)) == f"{problem}\nschools.csv: (file): is empty; fill it"
    assert errors.InputError(problem).problems == (problem,)


def test_a_device_error_says_which_what_and_what_to_do():
    error = errors.LoginRefused("py11-0001-rtr1", "the password was refused", "check HOMEROOM_SECRET_DEVICE_PASSWORD")
    assert str(error) == ("py11-0001-rtr1: the password was refused; check HOMEROOM_SECRET_DEVICE_PASSWORD")
    assert (error.device, error.what) == ("py11-0001-rtr1", "the password was refused")
