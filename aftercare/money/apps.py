from django.apps import AppConfig


class MoneyConfig(AppConfig):
    name = "aftercare.money"
    label = "money"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare.money import of_cases

        of_cases.register()
