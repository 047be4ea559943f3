"""Prints pages with WebKitGTK, one after another: a program of its own, run by a Python that has GTK.

It is started on a display. Each line that it reads names a page, where its PDF goes, and the paper:
`{"page": "file:///...", "pdf": "file:///...", "paper": "iso_a4"}`. It answers each with a line: `printed`, or what
went wrong. It knows neither our package nor its tests, so that it needs nothing besides GTK.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

SECONDS = 60
"""How long one page may take."""


def printed(view: Any, address: str, pdf: str, paper: str) -> str:
    """Open a page, print it to a file, and return what is to be told of it."""
    loop = GLib.MainLoop()
    told: list[str] = []

    def end(text: str) -> bool:
        told.append(text)
        loop.quit()
        return True  # a timeout goes on, until it is removed

    def on_load(_view: Any, event: Any) -> None:
        if event == WebKit2.LoadEvent.FINISHED:
            operation.print_()

    setup = Gtk.PageSetup()
    setup.set_paper_size_and_default_margins(Gtk.PaperSize.new(paper))
    settings = Gtk.PrintSettings()
    settings.set_printer("Print to File")
    settings.set("output-file-format", "pdf")
    settings.set("output-uri", pdf)
    operation = WebKit2.PrintOperation.new(view)
    operation.set_page_setup(setup)
    operation.set_print_settings(settings)
    operation.connect("finished", lambda _operation: end("printed"))
    operation.connect("failed", lambda _operation, error: end(error.message))
    loading = view.connect("load-changed", on_load)
    failing = view.connect("load-failed", lambda _view, _event, _address, error: end(error.message))
    waiting = GLib.timeout_add_seconds(SECONDS, end, f"it took more than {SECONDS} seconds")
    view.load_uri(address)
    loop.run()
    GLib.source_remove(waiting)
    view.disconnect(loading)
    view.disconnect(failing)
    return told[0]


def main() -> None:
    """Print what standard input asks for, until it ends."""
    window, view = Gtk.OffscreenWindow(), WebKit2.WebView()
    window.set_default_size(1280, 800)
    window.add(view)
    window.show_all()
    for line in sys.stdin:
        asked = json.loads(line)
        print(printed(view, asked["page"], asked["pdf"], asked["paper"]), flush=True)


if __name__ == "__main__":
    main()
