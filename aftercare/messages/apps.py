from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "aftercare.messages"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"
