"""Words whose dot does not simply end a sentence.

The lists are our own, written for prose about software and compared with the suppressions of the
Unicode CLDR for English (common/segments/en.xml), many of which are ordinary words here ("all",
"go", "link", "ok"). A user's own come from the glossary file (`text/glossary.py`).

Better a word too few than one too many: a missing entry cuts one sentence in two, a wrong one
makes a listener wait for the next word. All in lower case, without the last dot.
"""

from __future__ import annotations

from voicestream_tui.text.words import words

ALWAYS_GO_ON = words("e.g eg i.e ie cf vs viz approx ca resp incl excl esp")
"""Always followed by what they belong to."""

TITLES = words("dr mr mrs ms prof messrs st mt capt lt sgt hon")
"""Followed by a name, if written with a capital letter ("Ms. Ono", not "8 ms.")."""

BEFORE_A_NUMBER = words("""
    no nos nr num fig figs eq eqs sec secs sect ch chap vol vols p pp col cols ln ref refs rev ver v
    max min avg est
    jan feb mar apr jun jul aug sep sept oct nov dec
""")
"""Go on before a number ("Fig. 3"); before a capital letter their dot ends the sentence."""

MAY_END = words("etc a.m p.m ph.d m.sc b.sc al hr hrs ft lbs yrs misc dept a.k.a w.r.t")
"""End a sentence before a capital letter and go on before a small one or a number."""

BEFORE_A_NAME = words("inc ltd co corp jr sr bros u.s u.k e.u u.n d.c u.s.a")
"""Often followed by a capital letter all the same: only a word in STARTERS tells."""

STARTERS = words("""
    a after all also an and any are as at because before both but by can do does each even every
    everything first for from go had has have he her here his how however i i'd i'll i'm i've if
    in is it it's its let let's many maybe most my neither next no nobody none not nothing now
    of on once one only or other otherwise our please right second she should since so some
    sometimes still such that that's the their then there there's therefore these they they're
    third this those though to two under until use was we we'll we're were what when where
    whether which while who why with without would yes yet you you'll you're your
""")
"""Words that begin sentences, in lower case."""

LABELS = words("""
    answer appendix approach argument branch build case choice class column figure grade group item
    level line machine method mode model node note option part phase plan point project question
    region row scenario section server service set solution stage step system table task team test
    type user variant vitamin
""")
"""Words before a single letter that is no initial: "Option B." ends, "Donald E." does not."""
