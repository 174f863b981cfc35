from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "aftercare.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare.messages.queries import unread_count
        from aftercare.web import beside, frame

        frame.unread = unread_count
        beside.register()
