"""How a page stands on its own: nothing loaded, no script, a policy that says so, and a style for screen and paper."""

from __future__ import annotations

import base64
import hashlib

from pace.output.markup import Markup, tag
from pace.output.palette import PAGE_STYLE

STYLE = (
    """
:root { color-scheme: light dark; --quiet: #525c6b; --rule: #d3dae3; --tint: #f1f6f4; }
@media screen and (prefers-color-scheme: dark) { :root { --quiet: #adb8c6; --rule: #38434f; --tint: #1b2426; } }
* { box-sizing: border-box; }
html { font-size: 17px; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 780px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 28px; } footer { padding-bottom: 48px; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 2px 0 8px; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 36px 0 8px; } h3 { font-size: 1rem; margin: 14px 0 4px; }
p { margin: 6px 0; } ul { margin: 6px 0; padding-left: 1.2em; } li { margin: 3px 0; }
.kicker, figcaption, caption, .quiet { color: var(--quiet); font-size: .88rem; }
.effort { font-size: 1.1rem; margin: 0 0 14px; }
figure { margin: 0; } svg { display: block; width: 100%; height: auto; } .slim { display: none; }
table { border-collapse: collapse; width: 100%; margin: 6px 0; } caption { text-align: left; padding: 4px 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: 7px 14px 7px 0; border-top: 1px solid var(--rule); }
th { font-weight: 650; } .facts th { width: 10em; }
.stack td { white-space: nowrap; }
.card { border: 2px solid var(--ink); border-radius: 12px; padding: 14px 20px; margin: 36px 0 0; }
.card h2 { margin: 0 0 4px; } .card .big { font-size: 1.25rem; font-weight: 650; margin: 4px 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 28px; } .pair h3 { margin-top: 10px; }
.three { grid-template-columns: 1fr 1.15fr 1.15fr; }
.signs { list-style: none; padding: 0; } .signs svg { width: 30px; height: 30px; flex: none; }
.signs li { display: flex; gap: 12px; align-items: center; }
.icon { fill: none; stroke: var(--ink); stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.care { background: var(--tint); border: 1px solid var(--rule); border-radius: 8px;
  padding: 10px 16px; margin: 26px 0 0; }
@media (max-width: 600px) {
  .wide { display: none; } .slim { display: block; } h1 { font-size: 1.35rem; } .pair { display: block; }
  header, main, footer { padding-left: 14px; padding-right: 14px; } header { padding-top: 18px; }
  .facts th { width: 7.5em; } .stack thead { display: none; }
  .stack tr { display: block; border-top: 1px solid var(--rule); padding: 6px 0; }
  .stack th, .stack td { display: block; border: 0; padding: 2px 0; white-space: normal; }
  .stack td::before { content: attr(data-name) ": "; color: var(--quiet); } .card { padding: 12px 14px; } }
@media print {
  @page { size: A4; margin: 10mm 15mm; } :root { color-scheme: light; --tint: #fff; --rule: #aaa; }
  html { font-size: 9.2pt; } body { line-height: 1.3; } header, main, footer { max-width: none; padding: 0; }
  h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 10px 0 2px; } h3 { margin: 6px 0 1px; }
  th, td { padding: 2px 12px 2px 0; } p, ul { margin: 2px 0; } li { margin: 1px 0; } table { margin: 2px 0; }
  .effort { margin: 0 0 2px; } .wide svg { max-height: 74mm; }
  .wide { display: block; } .slim { display: none; } .pair { display: grid; }
  .beside { display: grid; grid-template-columns: 1fr 1fr; gap: 0 20px; align-items: start; }
  .beside .wide { display: none; } .beside .slim { display: block; } .beside th { width: 7em; }
  .stack thead { display: table-header-group; } .stack tr { display: table-row; }
  .stack th, .stack td { display: table-cell; border-top: 1px solid var(--rule); padding: 2px 12px 2px 0; }
  .stack td::before { content: none; }
  figure, tr, li, p, .card { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .second { break-before: page; } .card { margin: 12px 0 0; padding: 8px 14px; }
  .care { margin: 8px 0 0; padding: 3px 12px; } .signs svg { width: 24px; height: 24px; } }
""".strip()
    + "\n"
    + PAGE_STYLE
)


def policy() -> str:
    """Return what a page may load: nothing from anywhere, and of styles only its own, known by its digest."""
    own = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{own}'; base-uri 'none'; form-action 'none'"


def document(title: str, *body: Markup) -> str:
    """Return a whole HTML document with this title, UTF-8 when written; the policy comes before all that it governs."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(STYLE)),
    )
    page = tag("html", head, tag("body", *body), lang="en")
    return f"<!doctype html>\n{page}\n"
