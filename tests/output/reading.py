"""How easily a page reads, and which words it must not use: what every text for people is held to."""

import re
from html.parser import HTMLParser

FORBIDDEN = re.compile(
    r"\b(scor\w*|rank\w*|compatib\w*|abilit\w*|limit\w*|fail\w*|targets?|goals?|fit(ter|test|ness)|unfit|weak\w*|"
    r"too (slow|fast)|(faster|slower|better|worse|stronger|weaker|quicker) (person|one|runner|walker|partner|half)|"
    r"performance|invalid|poor\w*|bad|wrong|must|should have|winner|loser|beats? (you|them|the))\b|%",
    flags=re.I,
)
"""Percentages of compatibility, comparisons of people, ability, limits, failure; and orders."""


class Spoken(HTMLParser):
    """The sentences of a page: each cell, list item, paragraph, heading and caption is at least one of its own."""

    BLOCKS = frozenset(["p", "li", "td", "th", "h1", "h2", "h3", "caption", "figcaption", "title", "desc"])

    def __init__(self, text: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.silent = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a new block."""
        del attrs
        self.silent += tag in ("style", "head")
        if tag in self.BLOCKS:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave what is not read out."""
        self.silent -= tag in ("style", "head")

    def handle_data(self, data: str) -> None:
        """Keep what is read out."""
        if self.blocks and not self.silent:
            self.blocks[-1] += data


def sentences(page: str) -> list[str]:
    """Return the whole sentences of a page in order: labels, which are short and would make it seem easier, are not."""
    spoken = [part.strip() for block in Spoken(page).blocks for part in re.split(r"(?<=[.!?])\s+", block)]
    return [text for text in spoken if text.endswith((".", "!", "?")) and len(words(text)) >= 3]


def everything(page: str) -> list[str]:
    """Return all that is written on a page or in its pictures."""
    return [block.strip() for block in Spoken(page).blocks if block.strip()]


def words(text: str) -> list[str]:
    """Return the words of a text; a pace is read as one."""
    return re.findall(r"[A-Za-z’']+|\d[\d:–/]*", text.replace("min/km", "").replace("min/mile", ""))


def syllables(word: str) -> int:
    """Return about how many syllables an English word has; a number counts as two."""
    if word[0].isdigit():
        return 2
    letters = re.sub(r"ely$", "ly", re.sub(r"[^a-z]", "", word.lower()))
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent = letters.endswith("e") and not letters.endswith(("le", "ee")) and groups > 1
    return max(groups - silent - (letters.endswith("ed") and not letters.endswith(("ted", "ded")) and groups > 1), 1)


def grade(texts: list[str]) -> float:
    """Return the Flesch-Kincaid grade of sentences; school grade plus five is about the age (Kincaid 1975)."""
    each = [word for text in texts for word in words(text)]
    return 0.39 * len(each) / len(texts) + 11.8 * sum(map(syllables, each)) / len(each) - 15.59
