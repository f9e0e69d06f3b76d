"""Files, folders and zips: pages in a natural order, and nothing that is too much or points outside."""

import zipfile
from pathlib import Path

import pytest

from secondwind.archive import Sources, Unreadable


def refused(sources: Sources) -> dict[str, str]:
    found = {}
    for source in sources:
        try:
            source.read()
        except Unreadable as error:
            found[source.name] = error.reason
    return found


def test_pages_of_a_folder_come_in_the_order_that_people_count(tmp_path: Path):
    root = tmp_path / "mirror"
    (root / "deep").mkdir(parents=True)
    for name in (
        "t-10.html",
        "t-2.html",
        "deep/a.txt",
        "style.css",
        "logo.PNG",
        ".hidden",
        "showthread.php?t=1",
    ):
        (root / name).write_text("x")
    (root / "link.html").symlink_to(root / "t-2.html")
    with Sources([root]) as sources:
        names = [source.name for source in sources]
        assert names == [
            "mirror/deep/a.txt",
            "mirror/showthread.php?t=1",
            "mirror/t-2.html",
            "mirror/t-10.html",
        ]
        assert sources.others == 3
        assert len(sources) == 4


def test_a_zip_is_read_without_unpacking_and_with_bounds(tmp_path: Path):
    path = tmp_path / "pages.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("good.html", "hello")
        packed.writestr("../outside.html", "x")
        packed.writestr("/root.html", "x")
        packed.writestr("bomb.html", b"\0" * 3_000_000)
        packed.writestr("huge.html", b"ab" * 5_000_000)
        packed.writestr("inner.zip", "x")
        packed.writestr("picture.png", "x")
    with Sources([path]) as sources:
        assert {source.name for source in sources} - set(refused(sources)) == {"good.html"}
        reasons = refused(sources)
    assert "outside" in reasons["../outside.html"]
    assert "outside" in reasons["/root.html"]
    assert "200 times" in reasons["bomb.html"]
    assert "unpacks to" in reasons["huge.html"]
    assert "zip within a zip" in reasons["inner.zip"]
    assert not (tmp_path.parent / "outside.html").exists()


def test_a_damaged_zip_and_a_path_that_is_not_there_are_told(tmp_path: Path):
    path = tmp_path / "cut.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.html", "hello " * 1000)
    data = bytearray(path.read_bytes())
    data[40:60] = b"\xff" * 20
    path.write_bytes(data)
    with Sources([path]) as sources:
        assert "cannot be read" in refused(sources)["a.html"]
    with pytest.raises(Unreadable, match="is not there"):
        Sources([tmp_path / "nowhere"])
