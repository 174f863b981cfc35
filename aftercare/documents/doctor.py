"""Is what we keep sound? Read-only; each fault names what is wrong."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.db.models import Q

from aftercare.doctor import Finding
from aftercare.documents import files
from aftercare.documents.models import Document, File, Rendering
from aftercare.documents.press import MAX_TRIES
from aftercare.errors import Fault
from aftercare.texts import Text

_GAPS = """
SELECT s.series, s.period, s.last, count(d.id) FROM documents_numberseries s
LEFT JOIN documents_document d
  ON d.series = s.series AND d.series_store = s.store_id AND d.series_period = s.period
GROUP BY s.id HAVING count(d.id) <> s.last OR coalesce(max(d.serial), 0) <> s.last
"""


def doctor(now: datetime) -> list[Fault]:
    """Every file's hash, papers without copies, numbers without papers, papers that cannot be rendered."""
    return [*_files(), *_papers(), *_numbers()]


def findings(now: datetime) -> list[Finding]:
    """The same as the doctor of the whole house wants it."""
    return [Finding(fault.code, Text(fault.zh, fault.en)) for fault in doctor(now)]


def _files() -> Iterator[Fault]:
    kept = set(File.objects.values_list("sha256", flat=True).distinct().iterator())
    kept.update(Rendering.objects.values_list("sha256", flat=True).distinct().iterator())
    for sha256 in sorted(kept):
        if not files.sound(sha256):
            yield Fault(
                "documents.file_damaged",
                f"文件 {sha256} 丢失或内容已变，请从备份恢复",
                f"File {sha256} is missing or changed; restore it from a backup",
                data={"sha256": sha256},
            )


def _papers() -> Iterator[Fault]:
    for number in Document.objects.filter(copies=None).values_list("number", flat=True):
        yield Fault("documents.no_copies", f"单据 {number} 没有任何一联", f"Paper {number} has no copies")
    stuck = Document.objects.filter(Q(rendered_at=None) & Q(render_tries__gte=MAX_TRIES))
    for number, error in stuck.values_list("number", "render_error"):
        yield Fault(
            "documents.not_rendered", f"单据 {number} 排版失败：{error}", f"Paper {number} cannot be set: {error}"
        )


def _numbers() -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(_GAPS)
        for series, period, last, count in cursor.fetchall():
            yield Fault(
                "documents.gap",
                f"编号 {series}（{period}）发到 {last}，却只有 {count} 张单据",
                f"Series {series} ({period}) stands at {last} but has {count} papers",
            )
