"""Small files, small functions, smaller views; without exceptions."""

from tests.house.tree import OURS, functions, length, modules, named

FILE, FUNCTION, VIEW = 400, 50, 20


def test_no_file_is_longer_than_four_hundred_lines():
    """A file that grows past the limit holds two things."""
    sizes = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*OURS)}
    assert {name: size for name, size in sizes.items() if size > FILE} == {}


def test_no_function_is_longer_than_fifty_lines():
    """A function that does not fit a screen is not read."""
    sizes = {
        f"{named(path)}:{function.name}": length(function) for path in modules(*OURS) for function in functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > FUNCTION} == {}


def test_no_view_is_longer_than_twenty_lines():
    """A view parses, asks, acts, answers: that fits twenty lines."""
    views = [path for path in modules("src/aboveboard/faces") if "views" in path.parts or path.stem == "views"]
    sizes = {f"{named(path)}:{function.name}": length(function) for path in views for function in functions(path)}
    assert {name: size for name, size in sizes.items() if size > VIEW} == {}
