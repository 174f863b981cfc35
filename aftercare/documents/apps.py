from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "aftercare.documents"
    label = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from aftercare import doctor
        from aftercare.customers import filing
        from aftercare.documents import of_cases, queries  # of_cases registers its effects
        from aftercare.documents.doctor import findings

        assert of_cases
        filing.on_file("papers", queries.filed)
        doctor.register("documents", findings)
