"""A report as it is told: to machines as one object, to people line by line."""

from typing import Any

from aboveboard.core.verify.report import Report


def told(report: Report) -> dict[str, Any]:
    """Give a report as JSON can hold it."""
    return {"holds": report.holds, **report._asdict(), "checks": [check._asdict() for check in report.checks]}


def worded(report: Report) -> list[str]:
    """Give a report as lines: every check, the outcome, what is proved, and what is not."""
    lines = [f"{'holds' if check.holds else 'FAILS'}  {check.sentence}" for check in report.checks]
    lines += ["", "The evidence holds." if report.holds else "The evidence does not hold."]
    if report.holds:
        lines += ["", "What this proves:", *(f"- {sentence}" for sentence in report.proved)]
    return [*lines, "", "What this does not prove:", *(f"- {sentence}" for sentence in report.not_proved)]
