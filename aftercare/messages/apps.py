from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "aftercare.messages"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare.messages import effects  # noqa: F401  registers its effects
