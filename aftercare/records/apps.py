from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "aftercare.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare.customers import hooks
        from aftercare.records import effects, erasing, of_customers  # noqa: F401  effects listens to cases

        hooks.on_erase("records", erasing.erase)
        of_customers.register()
