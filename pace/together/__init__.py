"""Two or more people: the pace that they share.

Read in this order. A shared pace: `terms` (who leads), `ease` (one person at every speed), `speech` (whether they can
talk), `ways`, `choice`, `talkable`, `curves`; how it is offered: `option`, `reasons`, `remedies`, `subgroups`,
`naming`, `match`. Many people: `pair_table`, `pairs`. In time: `session`. Afterwards, from recordings laid on one
clock: `seen`, `clocks`, `beside`, `leading`, `planned`, `review`; only these hold places, and let none out.
"""
