from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "aftercare.documents"
    label = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from aftercare import doctor
        from aftercare.documents import of_cases  # noqa: F401  registers its effects
        from aftercare.documents.doctor import findings

        doctor.register("documents", findings)
