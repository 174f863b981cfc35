from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "aftercare.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare.customers import hooks
        from aftercare.imports.forgetting import forget_files

        hooks.on_erase("imports", forget_files)
