from django.db import migrations, models

from aftercare.audit import chain_sql


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('hash', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('trace', models.BigIntegerField(unique=True)),
                ('hash', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='RequestKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor', models.BigIntegerField()),
                ('scope', models.TextField(blank=True, default='')),
                ('key', models.TextField()),
                ('method', models.TextField()),
                ('path', models.TextField()),
                ('body_sha256', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('status', models.SmallIntegerField(null=True)),
                ('body', models.BinaryField(default=b'')),
            ],
            options={
                'indexes': [models.Index(fields=['created_at'], name='audit_requestkey_at')],
                'constraints': [models.UniqueConstraint(fields=('actor', 'scope', 'key'), name='audit_requestkey_once')],
            },
        ),
        migrations.CreateModel(
            name='Trace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.BigIntegerField()),
                ('actor_name', models.TextField()),
                ('address', models.TextField(blank=True, default='')),
                ('action', models.TextField()),
                ('kind', models.TextField(blank=True, default='')),
                ('what', models.BigIntegerField(null=True)),
                ('result', models.TextField(default='done')),
                ('data', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['actor', 'action', 'at'], name='audit_trace_actor'), models.Index(fields=['kind', 'what', 'id'], name='audit_trace_what'), models.Index(fields=['at'], name='audit_trace_at')],
            },
        ),
        *(migrations.RunSQL(do, undo) for do, undo in chain_sql.STEPS),
    ]
