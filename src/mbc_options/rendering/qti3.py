"""A case as a package of QTI 3.0: what the package of QTI 2.1 says, in the spelling of the later standard."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from mbc_options.rendering.packing import MANIFEST, zipped
from mbc_options.rendering.quiz import file_of, qti

if TYPE_CHECKING:
    from mbc_options.cases.case import Case

__all__ = ["qti3"]

_TAG: Final = re.compile(r"<(/?)([A-Za-z]\w*)((?:\s[^<>]*?)?)(/?)>")
_ATTRIBUTE: Final = re.compile(r'([\w:]+)(="[^"]*")')
_CAPITAL: Final = re.compile(r"(?=[A-Z])")
_SHORT: Final = {"prompt", "value", "mapping", "gte", "or", "member", "variable", "sum"}
"""The names of QTI that have no capital, as those of HTML have none."""
_WITHIN: Final = {"rubricBlock", "modalFeedback"}
"""What has its text in a body of its own."""
_SPACE_OF: Final = ("http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/xsd/imsqtiasi_v3p0")


def qti3(case: Case) -> bytes:
    """Return the questions of a case as a package of QTI 3.0: a zip file with a test and an item for each question.

    It asks, marks and tells what the package of QTI 2.1 does, item by item.

    Args:
        case: the case.
    """
    with zipfile.ZipFile(io.BytesIO(qti(case))) as package:
        files = {name: _spelled_anew(package.read(name).decode()) for name in package.namelist() if name != MANIFEST}
    return zipped({MANIFEST: file_of("qti3_manifest.xml", case), **files})


def _spelled_anew(text: str) -> str:
    return _TAG.sub(_tag, text).replace(*_SPACE_OF, 1)


def _tag(found: re.Match[str]) -> str:
    closes, name, attributes, is_empty = found.groups()
    if name not in _SHORT and not _CAPITAL.search(name):
        return found[0]
    said = _ATTRIBUTE.sub(lambda attribute: _kebab(attribute[1]) + attribute[2], attributes)
    tag = f"<{closes}qti-{_kebab(name)}{said}{is_empty}>"
    if name not in _WITHIN:
        return tag
    if closes:
        return f"</qti-content-body>{tag}"
    use = ' use="instructions"' if name == "rubricBlock" else ""
    return f"{tag[:-1]}{use}><qti-content-body>"


def _kebab(name: str) -> str:
    return _CAPITAL.sub("-", name).lower()
