"""Events are kept by the database itself, and the epoch has its one row."""

from django.db import migrations

APPEND_ONLY = """
create function cases_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'cases_event is append-only: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger cases_event_kept before update or delete on cases_event
    for each row execute function cases_append_only();
insert into cases_epoch (id, n) values (1, 1) on conflict do nothing;
"""
UNDO = "drop trigger cases_event_kept on cases_event; drop function cases_append_only(); delete from cases_epoch"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(APPEND_ONLY, UNDO)]
