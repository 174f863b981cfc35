"""A template reaches nothing but its own bundle, and a bad one stops nobody else."""

from __future__ import annotations

import time

import pytest

from aftercare.documents import press, render, templates
from aftercare.documents.models import Template
from aftercare.errors import OutsideFailure, Refused
from tests.documents.papers import NOW, SALES, issue

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0"',
        '#eval("1")',
        '#import "../secret.typ"',
        '#include "/etc/x.typ"',
    ],
)
def test_a_template_that_reaches_out_is_refused(source: str) -> None:
    with pytest.raises(Refused):
        templates.gather("bad.typ", {"bad.typ": source})


def test_even_an_unchecked_template_sees_no_file_of_the_house() -> None:
    for source in ('#let f = read\n#f("/etc/passwd")', '#let f = read\n#f("../../../../../../etc/passwd")'):
        template = Template(
            hash=templates.Bundle("x.typ", {"x.typ": source}).hash, name="x.typ", source={"x.typ": source}
        )
        with pytest.raises(OutsideFailure) as failure:
            render.typeset(render.Job(template, {}, {}))
        assert not failure.value.retry and "root:" not in str(failure.value)


def test_an_endless_template_is_cut_off_and_the_next_paper_still_comes() -> None:
    source = "#let n = 0\n#while true { n += 1; if n < 0 { break } }"
    template = Template(
        hash=templates.Bundle("loop.typ", {"loop.typ": source}).hash, name="loop.typ", source={"loop.typ": source}
    )
    began = time.monotonic()
    with pytest.raises(OutsideFailure):
        render.typeset(render.Job(template, {}, {}), limit=1.0)
    assert time.monotonic() - began < 5
    assert press.render_document(issue().pk, press.Wanted(copy=1), SALES, NOW)
