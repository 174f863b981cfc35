from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "aftercare.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare.records import effects  # noqa: F401  listens to cases
