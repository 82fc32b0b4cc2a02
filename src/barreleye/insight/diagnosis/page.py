"""The page on every code, made of the catalogue: ``python -m barreleye.insight.diagnosis.page zh`` prints it."""

import sys
from collections.abc import Mapping

from ...words import Text, catalogue
from .experiment import GAIN, WORTHWHILE, percent, said
from .finding import Rule


def page(rules: Mapping[str, Rule], patience: int, lang: str) -> str:
    """docs/diagnosis.md: a section for each of the rules, by their codes.

    >>> from ..diagnose import PATIENCE, RULES
    >>> page(RULES, PATIENCE, "en").splitlines()[0]
    '# What goes wrong in trainings'
    """
    words = catalogue("diagnosis")
    heading, *texts = (
        said("page.title"),
        said("page.intro", patience=patience),
        said("page.confirms", gain=percent(GAIN), worthwhile=percent(WORTHWHILE)),
    )
    parts = [f"# {heading.said(lang)}", *(text.said(lang) for text in texts)]
    for code, rule in rules.items():
        told: dict[str, Text] = {
            "read": said(f"{code}.rule", **rule.limits),
            "means": words[f"{code}.meaning"],
            "tried": words[f"{code}.advice"],
        }
        lines = [f"* **{words[f'page.{name}'].said(lang)}**: {text.said(lang)}" for name, text in told.items()]
        parts += [f"## {code}: {words[f'{code}.title'].said(lang)}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    from ..diagnose import PATIENCE, RULES

    print(page(RULES, PATIENCE, sys.argv[1]), end="")
