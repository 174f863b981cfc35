"""Numbers computed from events, lists asked of the database, and reports."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "aftercare.measures"
    label = "measures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare import doctor as house
        from aftercare.measures import doctor, promises  # noqa: F401  promises listens to cases

        house.register("measures.figures", doctor.check)
