"""Rows of papers and files. Written only by actions.py, rendering.py and files.py of this package."""

from django.db import models


class Template(models.Model):
    """The source of a paper with everything it imports, stored once per content."""

    hash = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=120)
    source = models.JSONField()  # {file name: typst source}; the file called `name` is the main one


class NumberSeries(models.Model):
    """The last number taken: per pattern, store (0 = whole company) and period."""

    series = models.CharField(max_length=60)
    store_id = models.BigIntegerField()
    period = models.CharField(max_length=8, blank=True)
    last = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "store_id", "period"], name="one_series")]


class Document(models.Model):
    """A paper as it was issued: number and data never change, a mistake is voided and issued anew."""

    kind = models.CharField(max_length=80)  # document id in the handbook
    title = models.JSONField()  # Text
    number = models.CharField(max_length=80, unique=True)
    series = models.CharField(max_length=60)
    series_store = models.BigIntegerField()
    series_period = models.CharField(max_length=8, blank=True)
    serial = models.BigIntegerField()
    case_id = models.BigIntegerField(null=True, db_index=True)
    subject = models.JSONField(default=dict)  # {"kind": "order", "id": 12}
    store_id = models.BigIntegerField(db_index=True)
    issued_at = models.DateTimeField(db_index=True)
    issued_by = models.BigIntegerField()
    issued_by_name = models.CharField(max_length=80)
    data = models.JSONField()
    data_hash = models.CharField(max_length=64)
    check_code = models.CharField(max_length=16)
    template = models.ForeignKey(Template, on_delete=models.PROTECT)
    handbook_version = models.CharField(max_length=80, blank=True)
    paper = models.CharField(max_length=20, default="a4")
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by", db_column="supersedes_id"
    )
    voided_at = models.DateTimeField(null=True)
    voided_by = models.BigIntegerField(null=True)
    void_reason = models.TextField(blank=True)
    missing_glyphs = models.JSONField(default=list)  # characters no font has; printed as a visible mark
    rendered_at = models.DateTimeField(null=True)
    render_tries = models.SmallIntegerField(default=0)
    render_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "series_store", "series_period", "serial"], name="one_serial")
        ]
        indexes = [
            models.Index(fields=["id"], name="to_render", condition=models.Q(rendered_at__isnull=True)),
            models.Index(fields=["store_id", "-issued_at"], name="document_recent"),
        ]


class Copy(models.Model):
    """One numbered copy (第 n 联). Who holds it is a projection of the custody events of its case."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="copies")
    n = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField(default=1)
    mark = models.CharField(max_length=4, blank=True)  # 补 on a copy issued again
    label = models.JSONField()  # Text
    intended = models.CharField(max_length=80)  # who should hold it: role or "customer"
    holder = models.CharField(max_length=80)  # who holds it now: role, "customer" or "issuer"
    holder_name = models.CharField(max_length=80, blank=True)
    handed_at = models.DateTimeField(null=True)
    pending_receipt = models.CharField(max_length=80, blank=True)  # handed to this one, who has not confirmed yet
    lost_at = models.DateTimeField(null=True)
    lost_reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "n", "edition"], name="one_copy")]
        indexes = [models.Index(fields=["intended", "holder"], name="copy_custody")]


class Rendering(models.Model):
    """Bytes of a paper in one format, kept in the file store by hash and never made twice."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="renderings")
    format = models.CharField(max_length=4)
    variant = models.CharField(max_length=120)  # which copy, paper, offsets and marks
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "format", "variant"], name="one_rendering")]


class PrintLog(models.Model):
    """Somebody printed a paper: which copy (0 = all), where, the how-manieth time."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="prints")
    copy_n = models.PositiveSmallIntegerField()
    person = models.BigIntegerField()
    person_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    printer = models.ForeignKey("Printer", null=True, on_delete=models.SET_NULL)
    time = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "copy_n", "time"], name="one_print")]


class Printer(models.Model):
    """A printer of a store with the corrections found by its test page."""

    store_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    paper = models.CharField(max_length=20)
    offset_x_mm = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    offset_y_mm = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    scale = models.DecimalField(max_digits=5, decimal_places=4, default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store_id", "name"], name="one_printer_name")]


class File(models.Model):
    """An uploaded file: its bytes lie in the file store under their hash."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    type = models.CharField(max_length=60)
    name = models.CharField(max_length=255)  # as given by the person, made harmless; never a path
    uploaded_by = models.BigIntegerField()
    at = models.DateTimeField()
    store_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True, db_index=True)
