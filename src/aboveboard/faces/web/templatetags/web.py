"""The one tag of the shared look: an icon from the sprite, always beside a word."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw the icon *name* of ``web/icons.svg``, silent for screen readers since a word stands beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("web/icons.svg"),
        name,
    )
