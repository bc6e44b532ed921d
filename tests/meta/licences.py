"""Under which licence each package that is locked may be used, as its installed metadata say."""

import re
from importlib.metadata import PackageNotFoundError, distribution

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD",  # whether of two clauses or three stands in the package
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",  # binds who changes its files; we change none and ship none
    "OFL-1.1",  # letters
    "PSF-2.0",
    "Zlib",
}
"""Each may be used, and handed on beside an MIT program, by anybody for anything. No GPL, which would bind `pace`; no
LGPL either until something needs it: it would do as a wheel of its own, which everybody can replace."""

SPOKEN = {
    r"apache( software)?( license)?,?( version)? ?2\.0|apache software license": "Apache-2.0",
    r"bsd( license)?": "BSD",
    r"bsd 2-clause license": "BSD-2-Clause",
    r"isc license( \(iscl\))?": "ISC",
    r"mit license": "MIT",
    r"mozilla public license 2\.0 \(mpl 2\.0\)": "MPL-2.0",
    r"psfl|python software foundation license": "PSF-2.0",
    r"sil ofl 1\.1|sil open font license 1\.1 \(ofl-1\.1\)": "OFL-1.1",
}
"""What people wrote before there were expressions, and the identifier that it means."""

READ = {
    "axe-core-python": "MIT AND MPL-2.0",  # says MIT; axe-core, which it holds, is under the second
    "cffi": "MIT-0",  # for Windows alone
    "colorama": "BSD-3-Clause",  # for Windows alone
    "docutils": "CC0-1.0 AND BSD-2-Clause AND 0BSD",  # what is under the GPL is for an editor, and not in the wheel
    "pycparser": "BSD-3-Clause",  # for Windows alone
    "resvg-py": "MIT",  # says nothing
    "scipy": "BSD-3-Clause",  # says its whole text
    "sqlcipher3": "Zlib AND BSD-3-Clause",  # says nothing; SQLCipher's own is the second
}
"""Where the metadata are silent or vague, or the package is not for this system: read in the package itself."""


def licence(name: str) -> str | None:
    """Return the expression of a package; None where it is not installed and nobody has read it."""
    if name in READ:
        return READ[name]
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        return None
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    classified = [one.rpartition(" :: ")[2] for one in metadata.get_all("Classifier", []) if one.startswith("License")]
    first_line = (metadata.get("License") or "").strip().partition("\n")[0]
    told = [_plain(one) for one in (first_line, " AND ".join(classified)) if one]
    return next((one for one in told if "GPL" in one or allowed(one)), "not known")


def _plain(told: str) -> str:
    """Return an expression whose words are identifiers; what is not understood stays as it is."""
    return "".join(_identifier(one) for one in re.split(r"( AND | OR )", told))


def _identifier(said: str) -> str:
    """Return the identifier of a licence in words."""
    return next((short for words, short in SPOKEN.items() if re.fullmatch(words, said, flags=re.I)), said)


def allowed(expression: str) -> bool:
    """Tell whether an expression allows what we do: every part joined by AND, and one of those joined by OR."""
    parts = [part.split(" OR ") for part in re.sub("[()]", "", expression).split(" AND ")]
    return all(any(one in ALLOWED for one in part) for part in parts)
