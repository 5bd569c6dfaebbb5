"""OKLCH to contrast ratios, so that a style sheet can be held to WCAG without a browser."""

import math
import re

Rgb = tuple[float, float, float]
TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(oklch\(([^)]*)\),\s*oklch\(([^)]*)\)\)")


def tokens(css: str) -> dict[str, tuple[Rgb, Rgb]]:
    """Every colour token with its light and its dark value in linear light; translucent ones are left out."""
    return {name: (linear(light), linear(dark)) for name, light, dark in TOKEN.findall(css) if "/" not in light + dark}


def linear(oklch: str) -> Rgb:
    """Linear sRGB of ``L% C H`` (CSS Color 4, section 9.3), cut to what a screen can show."""
    lightness, chroma, hue = (float(part.rstrip("%")) for part in oklch.split())
    first = lightness / 100
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (first + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (first - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (first - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _cut(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _cut(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _cut(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def contrast(one: Rgb, other: Rgb) -> float:
    """The ratio of WCAG 2.2, 1.4.3."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _cut(value: float) -> float:
    return min(1.0, max(0.0, value))
