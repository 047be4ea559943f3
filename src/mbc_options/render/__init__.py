"""From an assessment to something to read. Every word of layout stands in `templates/`."""

from mbc_options.render.text import explanation_text, report_text

__all__ = ["explanation_text", "report_text"]
