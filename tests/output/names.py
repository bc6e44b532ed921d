"""Names that want to be something else: markup, a style, a formula, a steering of the terminal, another direction."""

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "]]><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<!-- <b> --><b>",
    "&lt;script&gt;&#60;b&#62;",
    "\x1b[31mred\x1b[0m\x1b[2J",
    "\x1b]0;title\x07\x1b]8;;https://example.org\x1b\\link",
    "\u202egnp.exe\u2066\u200f",
    "=cmd|'/c calc'!A1",
    "@SUM(1+1)\t=1\r\n+1",
    "{{7*7}} ${7*7} %s %(x)s {0} {label}",
    "a\x00b\ud800c\ufeff\u200b" + "long " * 60,
)
"""Fifteen, each for a way in which a name has broken out of some output somewhere."""
