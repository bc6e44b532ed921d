"""What `pace person …` and `pace note` say of themselves."""

from __future__ import annotations

PERSON = """
Keep people, and come back to them by a label.

What is kept of a person is what their recordings say of how they walk, run and talk, what they said, and what they
agreed to: never a track, a place or a time of day. A label is a pseudonym; wherever `pace` takes somebody's files it
takes their label. One file holds everybody; PACE_LIBRARY or --library says which. With --passphrase it is encrypted
from the start; PACE_PASSPHRASE, or PACE_PASSPHRASE_FD with the number of a file descriptor, spares typing it.
"""

PERSON_EXAMPLES = """
[bold]Examples[/bold]
  pace person add "quiet river" exports/ --consent-until 2027-03-31
  pace match me/ "quiet river"
  pace note "quiet river" --pace 7:10 --talk comfortable --minutes 40
  pace person forget "quiet river"
"""

ADD = """
Add recordings, words or consent to a person; whoever is new is made.

The same recording counts once, so the same folder can be added again and again. New words take the place of earlier
ones; answers add up. --suggest adds nobody: it prints a label that says nothing of anybody.
"""

ADD_EXAMPLES = """
[bold]Examples[/bold]
  pace person add "quiet river" export.zip
  pace person add "quiet river" --walk 10:30 --said '7:10/km comfortable'
  pace person add "quiet river" --consent "walks" --consent-until 2027-03-31
  pace person add "$(pace person add --suggest)" runs/
"""

LIST = "List who is kept, with how much, in the order of their labels."
LIST_EXAMPLES = """
[bold]Examples[/bold]
  pace person list
"""
SHOW = "Show what is kept of a person: how many recordings, their words, answers and consent."
SHOW_EXAMPLES = """
[bold]Examples[/bold]
  pace person show "quiet river"
  pace profile "quiet river"          how they walk, run and talk
"""
NOTE = """
Note what a person said of talking, after a session at a known pace.

The answer becomes evidence of how they talk, and of nothing else: a pace that was suggested to them is not taken for
one that they like. Three of them tell more than ten recordings. comfortable is full sentences, short is short ones, not
is hardly a word. The day is kept with it, unless --no-day is given; never a time of day.
"""
NOTE_EXAMPLES = """
[bold]Examples[/bold]
  pace note "quiet river" --pace 7:10 --talk comfortable --minutes 40
  pace note "quiet river" --pace 6:20/km --talk short --text "uphill" --day 2026-11-02
"""
FORGET = """
Erase a person: nothing of them is left in any file of the library.

Nobody is asked whether it was meant: the exact label is the question. Copies made elsewhere (backups, exported files)
are not reached. docs/library.md says how to see for yourself that nothing is left.
"""
FORGET_EXAMPLES = """
[bold]Examples[/bold]
  pace person forget "quiet river"
"""
EXPORT = """
Write all that is kept of a person into one file.

To take it to another machine, or to hand it to the person it is about. The file can be read in any text editor; it is
not encrypted.
"""
EXPORT_EXAMPLES = """
[bold]Examples[/bold]
  pace person export "quiet river" quiet-river.json
"""
IMPORT = """
Take in a person out of a file that was exported.

Where the label is there already, both become one, each recording counted once, if a recording shows that they are the
same person.
"""
IMPORT_EXAMPLES = """
[bold]Examples[/bold]
  pace person import quiet-river.json
  pace person import quiet-river.json --as "amber bay"
"""
STATUS = """
Show whose consent has ended, and how the library is kept.

Whoever agreed until a day that is over is not used any more; they stay in the library until they are forgotten or agree
anew.
"""
STATUS_EXAMPLES = """
[bold]Examples[/bold]
  pace person status
"""
