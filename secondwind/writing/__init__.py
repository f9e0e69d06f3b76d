"""What people write: Markdown to safe HTML, pictures made anew, spam told from talk. No Django."""

from secondwind.writing.absolute import absolute
from secondwind.writing.markdown import Picture, TooLong, excerpt, links, quote, render
from secondwind.writing.text import tidy, tidy_line

__all__ = ["Picture", "TooLong", "absolute", "excerpt", "links", "quote", "render", "tidy", "tidy_line"]
