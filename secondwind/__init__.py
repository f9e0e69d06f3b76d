"""Second Wind: a running community and training log whose main job is to help an injured runner."""

__version__ = "0.1.0"
