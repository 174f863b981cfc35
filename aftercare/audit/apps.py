from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "aftercare.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare import doctor
        from aftercare.audit.doctor import findings

        doctor.register("audit", findings)
