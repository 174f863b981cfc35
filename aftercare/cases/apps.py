from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "aftercare.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aftercare import doctor as rounds
        from aftercare.cases import bulk, doctor, findings, links, of_customers, restored
        from aftercare.config import backups
        from aftercare.people import hooks

        hooks.on_calendar_change("cases", bulk.on_calendar_change)
        hooks.on_leaver("cases", bulk.on_leaver)
        of_customers.register()
        links.register()
        findings.register()
        rounds.register("cases", doctor.findings)
        backups.on_restore("cases", restored.overdue)
