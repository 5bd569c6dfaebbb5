"""Forms in the house's look, wherever a template says ``{{ form }}``."""

from django.forms.renderers import DjangoTemplates


class FormLook(DjangoTemplates):
    """Renders forms and fields with the shared templates; for ``FORM_RENDERER``."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"
