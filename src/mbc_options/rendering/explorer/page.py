"""The explorer as a page: everything that is known, said and decided, in one file that needs no other."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError
from markupsafe import Markup

from mbc_options.errors import Problem, TemplateError
from mbc_options.rendering.environment import environment
from mbc_options.rendering.explorer.decisions import decisions
from mbc_options.rendering.explorer.descriptions import descriptions
from mbc_options.rendering.explorer.fragments import fact_groups, fragments
from mbc_options.rendering.explorer.spellings import spellings
from mbc_options.rulebook.compiled import rulebook_of
from mbc_options.rulebook.registers import in_plain_words
from mbc_options.text import harmless

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from jinja2 import Environment

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.documents import Documents, Passage
    from mbc_options.vocabulary.words import Words

__all__ = ["SCRIPTS", "Explorer", "explorer"]

ON_DEMAND = "on_demand.js"
"""The script that decides what has too many primes; a page that has no such thing goes without."""

SCRIPTS = (
    *("cubes.js", "regions.js", ON_DEMAND, "explorer.js"),
    *("describe.js", "answer.js", "besides.js", "yaml.js", "share.js"),
    *("spelling.js", "notations.js", "treatments.js", "lexicon.js", "choices.js", "names.js", "prior.js", "fields.js"),
    "words.js",
    *("dom.js", "texts.js", "facts.js", "map.js", "path.js", "cards.js", "compare.js", "sheet.js", "page.js"),
)
"""The scripts of the page in the order in which they stand in it, one after another, in one scope."""

_SCRIPT_HASH, _STYLE_HASH = "sha256-SCRIPT", "sha256-STYLE"
_POLICY = (
    f"default-src 'none'; script-src '{_SCRIPT_HASH}'; style-src '{_STYLE_HASH}'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
"""What the page may do: run its one script, and reach nothing. The digests are put in once it is whole."""
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_COVER = '"but_not":'
"""What stands only in a rulebook of which something is decided on demand."""
_COMMENT = re.compile(r"^\s*//.*$\n?|\s*/\*\*(?:[^*]|\*(?!/))*\*/", re.MULTILINE)
"""A comment with lines of its own, or one that says types."""


class Explorer:
    """The explorer of a rulebook: one page with which to explore every patient, offline. Make one with `explorer`.

    Attributes:
        html: the page.
    """

    def __init__(self, html: str) -> None:
        self.html = html

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file, whole or not at all.

        Args:
            path: the file, as `explorer.html`.

        Raises:
            InputError: where it cannot be written.
        """
        from mbc_options.source.atomic_write import write_whole

        write_whole(str(Path(path)), self.html)

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, as a notebook shows it."""
        return str(environment().get_template("explorer/frame.html.j2").render(page=self.html))

    def __repr__(self) -> str:
        return f"<Explorer of {len(self.html.encode()) // 1000} kB; .save('explorer.html') writes it>"


def explorer(
    rulebook: CompiledRulebook | None = None,
    *,
    words: Words = "clinical",
    documents: Documents | None = None,
    templates: str | os.PathLike[str] | None = None,
) -> Explorer:
    """Return the explorer of a rulebook.

    Args:
        rulebook: default: the one that comes with the package.
        words: the register in which the page opens; a reader may switch.
        documents: the documents at hand (`read_documents`), with which each passage opens within its paragraph.
        templates: a directory of templates of your own, as `render` takes it.

    Raises:
        TypeError: where `rulebook` is none.
        TemplateError: with file and line, where a template cannot be used.
    """
    book = rulebook_of(rulebook)
    custom = None
    if templates is not None:
        from mbc_options.rendering.custom_templates import check_blocks, directory_of

        custom = directory_of(Path(templates))
        check_blocks(environment(custom), custom, "html")
    context: dict[str, Any] = {}
    try:
        return Explorer(_page(book, words, documents, environment(custom), context))
    except TemplateSyntaxError as error:
        raise TemplateError([Problem(f"{error.message}", error.filename or str(error.name), error.lineno, 1)]) from None
    except Exception as error:
        if custom is None:
            raise
        from mbc_options.rendering.custom_templates import problem_of

        raise TemplateError([problem_of(error, custom, context)]) from error


def _page(
    book: CompiledRulebook, words: Words, documents: Documents | None, env: Environment, context: dict[str, Any]
) -> str:
    plain = in_plain_words(book)
    said = fragments({"clinical": book, "plain": plain}, env, _evidence(documents))
    groups = fact_groups(book)
    asked = {fact for some in groups for fact in (*some["deciding"], *some["others"])}
    data = {  # in an order in which like stands near like, so that it is packed small
        "pieces": _in_one(env, said.pieces),
        "texts": {**_said(env), "register": words, "groups": groups, "words": said.words},
        "spellings": spellings(book.vocabulary, plain.vocabulary),
        "vocabulary": descriptions(book.vocabulary, plain.vocabulary),
        "rulebook": _sparing(decisions(book), asked),
    }
    context |= {
        "rulebook": book,
        "documents": tuple(book.sources.values()),
        "data": _packed(data),
        "script": Markup(script(env, on_demand=_COVER in json.dumps(data["rulebook"]))),  # noqa: S704 - the page's own
        "policy": _POLICY,
    }
    page = env.get_template("explorer.html.j2").render(context)
    return page.replace(_SCRIPT_HASH, _hash(_SCRIPT, page), 1).replace(_STYLE_HASH, _hash(_STYLE, page), 1)


def _sparing(carried: dict[str, Any], asked: set[str]) -> dict[str, Any]:
    """Return what decides without the words of facts that are neither asked nor named: nothing tells of them."""
    told = {key: said for key, said in carried["portable"].items() if key not in {"facts", "impossible"}}
    more = {key: said for key, said in carried["more"].items() if key != "impossible_in_scope"}
    named = set(re.findall(r'"([^"]+)":', json.dumps([told, more])))
    facts = [
        one
        if one["id"] in asked | named
        else {"id": one["id"], "values": [{"id": value["id"]} for value in one["values"]]}
        for one in carried["portable"]["facts"]
    ]
    return {**carried, "portable": {**carried["portable"], "facts": facts}}


def script(env: Environment, *, on_demand: bool) -> str:
    """Return the one script of the page: its scripts without their comments, which are for those who work on them.

    Args:
        env: of the templates.
        on_demand: whether something is decided on demand.
    """
    names = [name for name in SCRIPTS if on_demand or name != ON_DEMAND]
    return _COMMENT.sub("", "\n".join(env.get_template(f"explorer/{name}").render() for name in names))


def _said(env: Environment) -> dict[str, Any]:
    """Return the words of the scripts."""
    found: dict[str, Any] = env.get_template("explorer/words.j2").make_module({}).TEXTS  # type: ignore[attr-defined]
    return found


def _in_one(env: Environment, pieces: dict[str, tuple[str, str]]) -> str:
    return str(env.get_template("explorer/pieces.html.j2").make_module({"terse": True}).all(pieces))  # type: ignore[attr-defined]


def _packed(data: Any) -> str:
    """Return data as a page carries it: half a megabyte of it is a fifth of that so."""
    whole = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return b64encode(gzip.compress(whole, mtime=0)).decode()


def _hash(part: re.Pattern[str], page: str) -> str:
    """Return the digest of the one script or style of a page, as its policy names it."""
    (found,) = part.findall(page)
    return f"sha256-{b64encode(sha256(found.encode()).digest()).decode()}"


def _evidence(documents: Documents | None) -> Callable[[str], list[Passage]]:
    """Return what gives a claim's passages as the documents have them; none where these are not at hand."""

    def evidence(claim: str) -> list[Passage]:
        found = documents.passages(claim) if documents is not None else ()
        return [type(passage)(*map(harmless, passage)) for passage in found]

    return evidence
