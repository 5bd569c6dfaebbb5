"""The verifier's script in a real browser, without a page around it: packs in, what it found out."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from aboveboard.core.verify import Report

Told = list[tuple[str, bool, int | None]]
"""Name of each check, whether it holds, and the entry it is about."""

_CALL = """async ([files, trust, since]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const given = new Map(Object.entries(files).map(([name, data]) => [name, bytes(data)]));
  const policy = await in_trust.parsePolicy(bytes(trust));
  const { checks } = await in_kinds.verifyFiles(given, policy, since.map(bytes));
  return checks.done.map((check) => [check.name, check.holds, check.entry]);
}"""

_SENTENCES = """async ([files, trust, language]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const given = new Map(Object.entries(files).map(([name, data]) => [name, bytes(data)]));
  const { checks, proved, notProved } = await in_kinds.verifyFiles(given, await in_trust.parsePolicy(bytes(trust)));
  in_language.speak(language);
  const say = ([sentence, values]) => in_language.say(sentence, values);
  return [checks.done.map((check) => say([check.sentence, check.values])), proved.map(say), notProved.map(say)];
}"""

_HELD = """async ([files, against, trust]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const mapped = (some) => new Map(Object.entries(some).map(([name, data]) => [name, bytes(data)]));
  const policy = await in_trust.parsePolicy(bytes(trust));
  const made = await in_kinds.verifyFiles(mapped(files), policy);
  const given = mapped(against);
  const { outcome, said, report } = given.has("denial")
    ? await in_refuting.refute(given, made, policy)
    : await in_receipts.holdReceipt(given.get("receipt"), made, policy);
  return [outcome, said.length, (report?.checks.done ?? []).map((check) => [check.name, check.holds, check.entry])];
}"""


def bare_page(context: BrowserContext, folder: Path) -> Page:
    """Open a page that holds the script and nothing else, from a file, with no network to turn to."""
    from aboveboard.faces.check.inlining import script

    file = folder / "bare.html"
    file.write_text(f"<!DOCTYPE html><meta charset=utf-8><title>-</title><script>{script('kinds')}</script>", "utf-8")
    context.set_offline(True)
    page = context.new_page()
    page.goto(file.as_uri())
    return page


def speaking_page(context: BrowserContext, folder: Path) -> Page:
    """Open the page for anybody's file, which has all its sentences in both languages, from a file."""
    from aboveboard.faces.check.pages import checking_page

    file = folder / "aboveboard-check.html"
    file.write_bytes(checking_page())
    context.set_offline(True)
    page = context.new_page()
    page.goto(file.as_uri())
    return page


def in_browser(page: Page, files: Mapping[str, bytes], trust: bytes, since: Sequence[bytes] = ()) -> Told:
    """What the browser finds out about a pack."""
    given: Any = [{name: _text(data) for name, data in files.items()}, _text(trust), [_text(one) for one in since]]
    return [tuple(check) for check in page.evaluate(_CALL, given)]


def outcome_in_browser(
    page: Page, pack: Mapping[str, bytes], against: Mapping[str, bytes], trust: bytes
) -> tuple[str, int, Told]:
    """What the browser says of a denial or a receipt held against a pack: outcome, sentences, the denial's checks."""
    given: Any = [{name: _text(data) for name, data in some.items()} for some in (pack, against)]
    outcome, sentences, checks = page.evaluate(_HELD, [*given, _text(trust)])
    return outcome, sentences, [tuple(check) for check in checks]


def sentences_in_browser(
    page: Page, files: Mapping[str, bytes], trust: bytes, language: str = "en"
) -> tuple[list[str], list[str], list[str]]:
    """What the browser says in so many words: of each check, what is proved, what is not."""
    given: Any = [{name: _text(data) for name, data in files.items()}, _text(trust), language]
    checks, proved, not_proved = page.evaluate(_SENTENCES, given)
    return checks, proved, not_proved


def in_python(report: Report) -> Told:
    """What core/verify found out, in the same words."""
    return [(check.name, check.holds, check.entry) for check in report.checks]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
