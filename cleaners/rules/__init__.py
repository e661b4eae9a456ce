"""Every rule, in the order it runs. This tuple is the only registry: a rule that is not here does not exist."""

from cleaners.document import Rule

RULES: tuple[Rule, ...] = ()
