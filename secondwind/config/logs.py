"""What may be written to a log."""

import logging
import re

_QUERY = re.compile(r"\?[^\s\"']+")


class WithoutQuery(logging.Filter):
    """Lets every record pass with the query strings cut from the addresses in its message."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True, always; the record's text and arguments have lost what stood after a question mark."""
        record.msg = _cut(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(arg) for arg in record.args)
        elif isinstance(record.args, dict):
            record.args = {key: _cut(arg) for key, arg in record.args.items()}
        return True


def _cut(arg: object) -> object:
    return _QUERY.sub("?…", arg) if isinstance(arg, str) else arg
