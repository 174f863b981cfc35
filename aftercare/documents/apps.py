from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "aftercare.documents"
    label = "documents"
    verbose_name = "Documents"
