from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "aftercare.messages"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare.config import backups
        from aftercare.customers import hooks
        from aftercare.messages import effects, erasing, findings, restored  # noqa: F401  effects registers itself

        backups.on_restore("messages", restored.hold)
        hooks.on_erase("messages", erasing.erase)
        findings.register()
