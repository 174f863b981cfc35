import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('full_name', models.TextField()),
                ('pinyin', models.TextField(blank=True, default='')),
                ('initials', models.TextField(blank=True, default='')),
                ('kind', models.TextField(default='person')),
                ('gender', models.TextField(blank=True, default='')),
                ('birthday', models.TextField(blank=True, default='')),
                ('birthday_lunar', models.BooleanField(default=False)),
                ('mark', models.TextField(blank=True, default='')),
                ('mark_reason', models.TextField(blank=True, default='')),
                ('notes', models.TextField(blank=True, default='')),
                ('consent', models.JSONField(default=dict)),
                ('family_size', models.PositiveSmallIntegerField(null=True)),
                ('filed_on', models.DateField(null=True)),
                ('file_number', models.TextField(blank=True, default='')),
                ('erased_at', models.DateTimeField(null=True)),
                ('version', models.IntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.BigIntegerField()),
                ('changed_by_name', models.TextField()),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='customers.customer')),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='people.store')),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=32)),
                ('channel', models.CharField(max_length=32)),
                ('about', models.TextField(blank=True, default='')),
                ('answer', models.TextField(blank=True, default='')),
                ('note', models.TextField(blank=True, default='')),
                ('store_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('by', models.BigIntegerField()),
                ('by_name', models.TextField()),
                ('source', models.JSONField(default=dict)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=32)),
                ('old', models.TextField(blank=True, default='')),
                ('new', models.TextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('by', models.BigIntegerField()),
                ('by_name', models.TextField()),
                ('source', models.JSONField(default=dict)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('province', models.TextField(blank=True, default='')),
                ('city', models.TextField(blank=True, default='')),
                ('district', models.TextField(blank=True, default='')),
                ('street', models.TextField(blank=True, default='')),
                ('building', models.TextField(blank=True, default='')),
                ('door', models.TextField(blank=True, default='')),
                ('is_findable', models.BooleanField(default=False)),
                ('label', models.TextField(blank=True, default='')),
                ('primary', models.BooleanField(default=False)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='MergeRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('moved', models.JSONField()),
                ('effects', models.JSONField(default=dict)),
                ('merged_at', models.DateTimeField()),
                ('merged_by', models.BigIntegerField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('dropped', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merged_by', to='customers.customer')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Phone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('typed', models.TextField()),
                ('e164', models.TextField()),
                ('digits', models.TextField()),
                ('tail4', models.TextField()),
                ('label', models.TextField(blank=True, default='')),
                ('primary', models.BooleanField(default=False)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.TextField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='customers.customer')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='related', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='SpecialDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('day', models.CharField(max_length=5)),
                ('lunar', models.BooleanField(default=False)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='special_days', to='customers.customer')),
            ],
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='entry', serialize=False, to='customers.customer')),
                ('store_id', models.BigIntegerField(null=True)),
                ('grams', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('plain', models.TextField()),
                ('coded', models.TextField()),
                ('digits', models.TextField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['grams'], name='customers_grams')],
            },
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['store', '-changed_at'], name='customers_by_store'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['full_name'], name='customers_by_name'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('birthday', ''), ('kind', 'person')), fields=['store'], name='customers_no_birthday'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'company'])), name='customers_kind'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('mark__in', ['', 'vip', 'blacklist'])), name='customers_mark'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='customers_not_into_self'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['customer', '-at'], name='customers_contacts'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['kind', '-at'], name='customers_contacts_by_kind'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['customer', '-at'], name='customers_changes'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(condition=models.Q(('primary', True)), fields=('customer',), name='customers_address_primary'),
        ),
        migrations.AddIndex(
            model_name='phone',
            index=models.Index(fields=['e164'], name='customers_phone_e164'),
        ),
        migrations.AddConstraint(
            model_name='phone',
            constraint=models.UniqueConstraint(fields=('customer', 'e164'), name='customers_phone_once'),
        ),
        migrations.AddConstraint(
            model_name='phone',
            constraint=models.UniqueConstraint(condition=models.Q(('primary', True)), fields=('customer',), name='customers_phone_primary'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.UniqueConstraint(fields=('customer', 'other'), name='customers_relation_once'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('customer', models.F('other')), _negated=True), name='customers_relation_two'),
        ),
        migrations.AddIndex(
            model_name='specialday',
            index=models.Index(fields=['day'], name='customers_special_day'),
        ),
        migrations.AddConstraint(
            model_name='specialday',
            constraint=models.UniqueConstraint(fields=('customer', 'name'), name='customers_special_day_once'),
        ),
    ]
