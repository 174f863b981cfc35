"""Triggers that keep the rows of lists in step, and note which kept days have changed."""

from django.db import migrations

CASES = """
create function measures_keep_case() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (new.state -> 'values') is not distinct from (old.state -> 'values')
        and (new.state -> 'papers') is not distinct from (old.state -> 'papers')
        and (new.state ->> 'shown_status') is not distinct from (old.state ->> 'shown_status') then
        return null;
    end if;
    insert into measures_case (case_id, shown_status, values, papers)
    values (new.id, coalesce(new.state ->> 'shown_status', ''), coalesce(new.state -> 'values', '{}'),
        coalesce(new.state -> 'papers', '{}'))
    on conflict (case_id) do update set shown_status = excluded.shown_status, values = excluded.values,
        papers = excluded.papers;
    return null;
end $$;
create trigger measures_case_kept after insert or update of state on cases_case
    for each row execute function measures_keep_case();
insert into measures_case (case_id, shown_status, values, papers)
    select id, coalesce(state ->> 'shown_status', ''), coalesce(state -> 'values', '{}'),
        coalesce(state -> 'papers', '{}') from cases_case;
"""
CASES_UNDO = "drop trigger measures_case_kept on cases_case; drop function measures_keep_case()"

# Only days whose sums are kept already are noted; the days in between are counted from the rows anyway.
TOUCH = """
create function measures_touch() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'cases_mark' then
        insert into measures_touched (topic, day)
            select distinct 'marks', x.day from changed x
            where exists (select 1 from measures_built b where b.topic = 'marks' and b.until >= x.day);
    elsif tg_table_name = 'measures_promise' then
        insert into measures_touched (topic, day)
            select distinct 'promises', x.day from changed x
            where exists (select 1 from measures_built b where b.topic = 'promises' and b.until >= x.day);
    elsif tg_table_name = 'cases_finding' then
        insert into measures_touched (topic, day)
            select distinct 'findings', x.day from changed x
            where exists (select 1 from measures_built b where b.topic = 'findings' and b.until >= x.day);
    else
        insert into measures_touched (topic, day)
            select distinct 'form:' || x.form, (x.at at time zone 'Asia/Shanghai')::date from changed x
            where exists (select 1 from measures_built b where b.topic = 'form:' || x.form
                and b.until >= (x.at at time zone 'Asia/Shanghai')::date);
    end if;
    return null;
end $$;
"""
TABLES = ("cases_mark", "cases_finding", "measures_promise", "records_record")
WHEN = (("insert", "new"), ("delete", "old"), ("update", "new"), ("update", "old"))


def triggers():
    for table in TABLES:
        for event, side in WHEN:
            yield (
                f"create trigger {table}_{event}_{side}_touches after {event} on {table} referencing {side} table as "
                f"changed for each statement execute function measures_touch();"
            )


UNDO = " ".join(f"drop trigger {table}_{event}_{side}_touches on {table};" for table in TABLES for event, side in WHEN)


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_initial"), ("cases", "0002_kept"), ("records", "0001_initial")]
    operations = [
        migrations.RunSQL(CASES, CASES_UNDO),
        migrations.RunSQL(TOUCH + "\n".join(triggers()), UNDO + " drop function measures_touch()"),
    ]
