"""A case in QTI 3.0: the package of QTI 2.1, which is held by our schemas, spelled anew and otherwise the same."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from thoroughness import cases_to_try

from mbc_options import load_case
from mbc_options.rendering.qti3 import qti3
from mbc_options.rendering.quiz import qti

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options.cases.case import Case

OLD = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
NEW = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
HTML = {"p", "h3", "h4", "ul", "li", "strong", "em", "div", "br", "span"}
BODY = "qti-content-body"


def files_of(package: bytes) -> dict[str, ET.Element]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: ET.fromstring(archive.read(name)) for name in archive.namelist()}  # noqa: S314 - ours


def camel(name: str) -> str:
    first, *more = name.split("-")
    return first + "".join(part.capitalize() for part in more)


def spelled_back(element: ET.Element) -> ET.Element:
    """Return an element of QTI 3 with all in it as QTI 2.1 would have it; what is spelled otherwise is an error."""
    name = element.tag.removeprefix(NEW)
    assert name.startswith("qti-") != (name in HTML), name
    attributes = {camel(key): value for key, value in element.attrib.items()}
    if name == "qti-rubric-block":
        assert attributes.pop("use") == "instructions"
    of = element
    if name in {"qti-rubric-block", "qti-modal-feedback"}:
        (of,) = element
        assert of.tag == NEW + BODY
        assert not (element.text or "").strip()
        assert not (of.tail or "").strip()
    back = ET.Element(OLD + camel(name.removeprefix("qti-")), attributes)
    back.text, back.tail = of.text, element.tail
    back.extend(spelled_back(child) for child in of)
    return back


def same(case: Case) -> None:
    old, new = files_of(qti(case)), files_of(qti3(case))
    assert list(new) == list(old)
    for name, element in new.items():
        if name != "imsmanifest.xml":
            assert ET.canonicalize(ET.tostring(spelled_back(element))) == ET.canonicalize(ET.tostring(old[name])), name


@pytest.mark.parametrize("name", cases_to_try())
def test_each_file_says_what_that_of_qti_21_says(name: str) -> None:
    same(load_case(name))


def test_names_in_what_somebody_wrote_stay_as_they_are(tmp_path: Path) -> None:
    stage = {
        "id": "first",
        "title": 'She wrote <itemBody baseType="x"> & aB="c"',
        "narrative": "See <modalFeedback> in http://www.imsglobal.org/xsd/imsqti_v2p1 showHide=no.",
        "patient": {"er": "+", "sites": ["bone"]},
        "questions": ["candidates", {"ask": "reflect", "prompt": "What of </itemBody>?"}],
    }
    written = {"title": "A maxChoices='1' case", "level": "advanced", "summary": "Ill.", "goals": ["See."]}
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps({**written, "stages": [stage]}), encoding="utf-8")
    same(load_case(path))


def test_the_manifest_lists_every_file_by_the_types_of_qti_3() -> None:
    package = qti3(load_case("two-targets"))
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        manifest, *names = archive.namelist()
        text = archive.read(manifest).decode()
    assert (manifest, re.findall(r'<file href="(.*?)"', text)) == ("imsmanifest.xml", ["test.xml", *sorted(names)[:-1]])
    kinds = dict(re.findall(r'type="(\w+)" href="(.*?)"', text))
    assert set(kinds) == {"imsqti_test_xmlv3p0", "imsqti_item_xmlv3p0"}
    assert "<schemaversion>3.0.0</schemaversion>" in text
    assert package == qti3(load_case("two-targets"))
