from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    name = "aftercare.schedule"
    label = "schedule"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare import doctor as rounds
        from aftercare.customers import hooks
        from aftercare.schedule import doctor, projection

        projection.register()
        hooks.on_erase("schedule", projection.erase)
        rounds.register("schedule", doctor.findings)
