"""From something explored to something to read. Every word of layout stands in `templates/`."""

from mbc_options.rendering.outputs import FORMATS, render

__all__ = ["FORMATS", "render"]
