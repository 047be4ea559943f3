"""A page as a PDF: what its print style gives, tagged for those who listen. Only where the extra `pdf` is installed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mbc_options.errors import MissingExtraError
from mbc_options.rendering.environment import environment

if TYPE_CHECKING:
    import os

__all__ = ["pdf"]

EXTRA = "pdf"
SYSTEM_LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""What Debian and Ubuntu call the libraries of the system that the extra needs."""


def pdf(html: str, templates: str | os.PathLike[str] | None = None) -> bytes:
    """Return a page as a PDF that says it is PDF/UA-1: with tags, a language, a title and bookmarks.

    Equal pages give equal bytes on one machine: no date is written. Fonts are those of the machine. Nothing is loaded
    from elsewhere, save what stands in the page itself (`data:`).

    Args:
        html: the page, whole.
        templates: a directory of templates of one's own, which may have a `pdf.css.j2`.

    Raises:
        MissingExtraError: where what makes it is not installed, or the system lacks its libraries.
    """
    weasyprint = _weasyprint()
    custom = None if templates is None else Path(templates)
    style = environment(custom).get_template("pdf.css.j2").render()
    whole = html.replace("</head>", f"<style>{style}</style></head>", 1)
    fetcher = import_module("weasyprint.urls").URLFetcher(allowed_protocols={"data"})
    made: bytes = weasyprint.HTML(string=whole, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")
    return made


def _weasyprint() -> Any:
    try:
        return import_module("weasyprint")
    except ImportError:
        raise MissingExtraError(EXTRA) from None
    except OSError as error:  # what it loads from the system is not there
        needed = f"libraries of the system (on Debian: apt install {SYSTEM_LIBRARIES})"
        raise MissingExtraError(EXTRA, needed) from error
