from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "aftercare.messages"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare.config import backups
        from aftercare.messages import effects, restored  # noqa: F401  effects registers itself

        backups.on_restore("messages", restored.hold)
