"""Every room on disk is installed, every app has its store, every column says what it holds."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import Model

from aboveboard.router import ROOMS, store_of
from tests.support.present import ROOT

SOURCE = ROOT / "src" / "aboveboard"
# Whoever holds one of these is found by Django only when it is installed.
NEEDS_INSTALLING = ("models.py", "models", "templates", "static", "templatetags", "migrations")


def our_models() -> list[type[Model]]:
    """The models of our own apps."""
    return [model for model in apps.get_models() if model.__module__.startswith("aboveboard.")]


def test_every_room_on_disk_is_installed():
    """A room that Django does not know keeps nothing and shows nothing, and nobody notices."""
    rooms = {
        f"aboveboard.{floor}.{folder.name}"
        for floor in ("apps", "faces")
        for folder in (SOURCE / floor).iterdir()
        if any((folder / part).exists() for part in NEEDS_INSTALLING)
    }
    assert rooms - {config.name for config in apps.get_app_configs()} == set()


def test_every_app_with_tables_has_exactly_one_store():
    """A table lies in the commercial store or in the cell because somebody decided it."""
    assert {model._meta.app_label for model in apps.get_models(include_auto_created=True)} - set(ROOMS) == set()
    assert set(ROOMS.values()) == set(settings.DATABASES)


def test_no_relation_reaches_across_stores():
    """The commercial store knows outside people by opaque ids, so no foreign key leads to the cell."""
    across = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is not None
        if store_of(model._meta.app_label) != store_of(field.related_model._meta.app_label)
    ]
    assert across == []


def test_every_column_is_declared_plain_or_sealed_and_never_both():
    """Of every column of every table somebody has said whether it may be read without a key."""
    wrong = {}
    for model in our_models():
        columns = {field.column for field in model._meta.concrete_fields}
        plain, sealed = set(model.__dict__["plain_columns"]), set(model.__dict__["sealed_columns"])
        if plain & sealed or plain | sealed != columns:
            wrong[model._meta.label] = sorted((plain & sealed) | (plain | sealed) ^ columns)
    assert wrong == {}


def test_migrations_say_what_the_models_say():
    """Nobody changes a table without the step that changes it in earnest."""
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = detector.changes(graph=loader.graph)
    assert {label: [step.name for step in steps] for label, steps in changes.items()} == {}
    assert loader.detect_conflicts() == {}


@pytest.mark.django_db
def test_both_stores_know_every_migration():
    """The tables of either store were made by the migrations in the tree, and none is missing."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, check_unapplied=True, verbosity=0)
