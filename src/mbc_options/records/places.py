"""Where in the body something is, by the names of the field of sites; and of which tissue a specimen is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mbc_options.patient.aliases import Refused, read_names
from mbc_options.records.elements import codings, concepts, text_of
from mbc_options.records.resources import items
from mbc_options.vocabulary.codes import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mbc_options.records.resources import Resource
    from mbc_options.vocabulary.codes import Codes

__all__ = ["Places"]

_SEVERAL = re.compile(r"[,/&;]|\band\b|\bund\b", re.IGNORECASE)


class Places:
    """Reads sites.

    Args:
        codes: what codes and texts mean.
        tell: is told what a reader should know about how a text was read.
    """

    def __init__(self, codes: Codes, tell: Callable[[str], None]) -> None:
        self.codes, self.tell = codes, tell

    def sites_of(self, *said: Mapping[str, Any]) -> list[str]:
        """Return the names of the sites that concepts mean; of one, by its codes, or else by the first of its texts."""
        return list(dict.fromkeys(name for concept in said for name in self._of(concept)))

    def _of(self, concept: Mapping[str, Any]) -> list[str]:
        if self.codes.places is None:
            return []
        known = codings(concept, self.codes)
        found = self.codes.body.find(known, text_of(concept))
        if found is not None:
            return [found.name]
        texts = filter(None, (text_of(concept), *(coding.text for coding in known)))
        return next((names for text in texts if (names := self._in(text))), [])

    def _in(self, text: str) -> list[str]:
        """Return the sites that a text names, as a whole or part by part."""
        if len(text) > LONGEST:
            return []
        for pattern in self.codes.without:
            text = pattern.sub(" ", text)
        whole = self._named(text)
        return whole or [name for part in _SEVERAL.split(text) for name in self._named(part)]

    def _named(self, text: str) -> list[str]:
        sites = self.codes.places
        assert sites is not None
        text = " ".join(text.strip(" ,.;:-").split())
        if not text:
            return []
        said = self.codes.body.said(text)
        if said:
            return [said[0].name]
        field = self.codes.vocabulary.fields[sites.field]
        try:
            read = read_names(
                sites.field, self.codes.vocabulary.names[sites.field], getattr(field, "free_text", None), text
            )
        except Refused:
            return []
        for notice in read.notices:
            self.tell(notice)
        return [read.names[0]] if len(read.names) == 1 else []

    def is_primary(self, said: Iterable[Mapping[str, Any]]) -> bool:
        """Tell whether one of several places is where the illness begins."""
        return self.codes.places is not None and bool(set(self.sites_of(*said)) & set(self.codes.places.primary))

    def tissue_of(self, resource: Resource, specimens: Iterable[Resource], field: str) -> tuple[str, str] | None:
        """Return the field and the value that the tissue of a result says, by its specimens or its body site.

        Args:
            resource: the result.
            specimens: those that it is of.
            field: what it is of.
        """
        tissues = [one for one in self.codes.tissues.entries if field in one.of]
        if not tissues:
            return None
        texts, sites = [], []
        for specimen in specimens:
            for concept in concepts(specimen.data.get("type")):
                texts += [text_of(concept), *(one.text for one in codings(concept, self.codes))]
            for note in items(specimen.data.get("note")):
                texts += [str(note.get("text", ""))]
            for collection in items(specimen.data.get("collection")):
                sites += concepts(collection.get("bodySite"))
        sites += concepts(resource.data.get("bodySite"))
        for tissue in tissues:
            if tissue.pattern and any(re.search(tissue.pattern, text, re.IGNORECASE) for text in texts):
                return tissue.field, tissue.value
        names = {name.partition(":")[0] for name in self.sites_of(*sites)}
        return next(((one.field, one.value) for one in tissues if names & set(one.at)), None)
