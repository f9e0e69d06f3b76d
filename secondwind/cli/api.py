"""`secondwind api`: the schema of the API, printed or written where it is kept."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str]) -> int:
    """0 is success; 1 that `schema --check` found another schema in the file."""
    parser = argparse.ArgumentParser(prog="secondwind api", description="The site for programs.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="schema")
    schema = verbs.add_parser(
        "schema",
        help="print the OpenAPI document",
        description="Print the OpenAPI document of this version, or write it to a file.",
    )
    schema.add_argument("file", nargs="?", type=Path, help="write it there")
    schema.add_argument("--check", action="store_true", help="only say whether the file holds it")
    asked = parser.parse_args(argv)
    if asked.check and asked.file is None:
        parser.error("say which file to check")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()
    from secondwind.api import v1

    text = v1.text()
    if asked.file is None:
        sys.stdout.write(text)
    elif not asked.check:
        asked.file.write_text(text, encoding="utf-8")
    elif not asked.file.exists() or asked.file.read_text(encoding="utf-8") != text:
        print(f"{asked.file} holds another schema; `secondwind api schema {asked.file}` writes it anew")
        return 1
    return 0
