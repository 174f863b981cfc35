import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('sign_in', models.TextField(unique=True)),
                ('full_name', models.TextField()),
                ('pinyin', models.TextField(blank=True, default='')),
                ('phone', models.TextField(blank=True, default='')),
                ('language', models.TextField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans')),
                ('theme', models.TextField(choices=[('auto', 'auto'), ('light', 'light'), ('dark', 'dark')], default='auto')),
                ('active', models.BooleanField(default=True)),
                ('left_on', models.DateField(blank=True, null=True)),
                ('sessions_from', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RoleName',
            fields=[
                ('role', models.TextField(primary_key=True, serialize=False)),
                ('name', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='SignInTry',
            fields=[
                ('sign_in', models.TextField(primary_key=True, serialize=False)),
                ('failed', models.IntegerField(default=0)),
                ('first_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('logo', models.BinaryField(default=b'')),
                ('logo_type', models.TextField(blank=True, default='')),
                ('set_up_at', models.DateTimeField(null=True)),
                ('settings', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='people_company_single')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.TextField()),
                ('sha256', models.TextField(unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Permission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.TextField()),
                ('action', models.TextField()),
                ('scope', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('role', 'action'), name='people_permission_once'), models.CheckConstraint(condition=models.Q(('scope__in', ['own', 'store', 'company'])), name='people_permission_scope')],
            },
        ),
        migrations.CreateModel(
            name='Store',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField(unique=True)),
                ('name', models.JSONField()),
                ('kind', models.TextField(default='showroom')),
                ('address', models.TextField(blank=True, default='')),
                ('phone', models.TextField(blank=True, default='')),
                ('calendar', models.JSONField(default=dict)),
                ('active', models.BooleanField(default=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='people.store')),
            ],
        ),
        migrations.CreateModel(
            name='StandIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.TextField()),
                ('starts', models.DateField()),
                ('ends', models.DateField()),
                ('reason', models.TextField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stand_ins', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='people.store')),
            ],
        ),
        migrations.CreateModel(
            name='ShiftSwap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('reason', models.TextField(blank=True, default='')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='swaps_given', to=settings.AUTH_USER_MODEL)),
                ('takes_over', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='swaps_taken', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='people.store')),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.TextField()),
                ('starts', models.DateField()),
                ('ends', models.DateField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='people.store')),
            ],
        ),
        migrations.CreateModel(
            name='ClosingDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('reason', models.TextField()),
                ('store', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='people.store')),
            ],
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('sha256', models.TextField(unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Leave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.DateField()),
                ('ends', models.DateField()),
                ('deputy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputises', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leaves', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['deputy', 'ends'], name='people_leave_deputy')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='people_leave_days'), models.CheckConstraint(condition=models.Q(('deputy', models.F('person')), _negated=True), name='people_leave_not_own_deputy')],
            },
        ),
        migrations.AddConstraint(
            model_name='store',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='people_store_not_own_parent'),
        ),
        migrations.AddIndex(
            model_name='standin',
            index=models.Index(fields=['role', 'store'], name='people_standin_role'),
        ),
        migrations.AddConstraint(
            model_name='standin',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='people_standin_days'),
        ),
        migrations.AddConstraint(
            model_name='shiftswap',
            constraint=models.UniqueConstraint(fields=('store', 'day', 'person'), name='people_swap_once'),
        ),
        migrations.AddConstraint(
            model_name='shiftswap',
            constraint=models.CheckConstraint(condition=models.Q(('person', models.F('takes_over')), _negated=True), name='people_swap_two'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['role', 'store'], name='people_member_role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('ends', None), ('ends__gte', models.F('starts')), _connector='OR'), name='people_member_days'),
        ),
        migrations.AddIndex(
            model_name='closingday',
            index=models.Index(fields=['day'], name='people_closing_day'),
        ),
        migrations.AddConstraint(
            model_name='closingday',
            constraint=models.UniqueConstraint(fields=('store', 'day'), name='people_closing_once', nulls_distinct=False),
        ),
    ]
