"""The Django application that carries the workbench's templates."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """Registers templates under the label ``workbench``."""

    name = "aboveboard.faces.workbench"
    label = "workbench"
    verbose_name = "Workbench"
