from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "aftercare.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare.orders import belonging, of_cases

        belonging.register()
        of_cases.register()
