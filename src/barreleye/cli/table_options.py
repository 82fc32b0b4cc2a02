"""What the commands that train are told of a table, and of how long and where to work."""

from pathlib import Path
from typing import Annotated

import typer

from ..data.builtin import DATASETS
from ..data.encoders import KINDS

Data = Annotated[str, typer.Argument(help=f"CSV, TSV, Parquet, Feather, or: {', '.join(DATASETS)}.")]
Target = Annotated[str | None, typer.Option(help="Columns to predict: a,b; the last one by default.")]
Task = Annotated[str, typer.Option(help="classification, regression, or auto: by the look of the target.")]
Test = Annotated[str | None, typer.Option(help="A file of rows to score on, in place of a fifth of DATA.")]
Split = Annotated[str, typer.Option(help="random, time:COLUMN (the latest), group:COLUMN.")]
Kind = Annotated[list[str] | None, typer.Option(help=f"COLUMN=KIND, one of: {', '.join(KINDS)}.")]
Drop = Annotated[str, typer.Option(help="Columns to leave out: a,b.")]
Missing = Annotated[str, typer.Option(help="Further marks of a missing cell, such as -200,none.")]
Weight = Annotated[str | None, typer.Option(help="A column of weights of rows.")]
Balanced = Annotated[bool, typer.Option("--balanced", help="Each class counts as much as any other.")]
Encoding = Annotated[str | None, typer.Option(help="Such as latin-1; detected by default.")]
Coverage = Annotated[float | None, typer.Option(help="How often intervals or sets hold; 0.9 by default.")]
Seed = Annotated[int, typer.Option(min=0, help="Of split, starting weights, shuffles, dropout.")]
Recipe = Annotated[
    str | None,
    typer.Option(help="tuned: RealMLP's, for tables; tabm: TabM's; plain: what --layers, --activation, ... describe."),
]
Metric = Annotated[str | None, typer.Option(help="What counts: log-loss, accuracy, auc; rmse, mae.")]
Members = Annotated[int | None, typer.Option(min=1, help="Networks whose mean answers; tuned: 8, 4 or 1.")]
Epochs = Annotated[int | None, typer.Option(help="Passes over the training rows; tuned: 256, plain: 300.")]
Refit = Annotated[bool, typer.Option("--refit", help="Train once more, on the validation rows too.")]
Engine = Annotated[str, typer.Option(help="auto, numpy or xla.")]
Device = Annotated[str, typer.Option(help="For XLA: auto, cpu, gpu or tpu.")]
Diagnose = Annotated[bool, typer.Option("--diagnose", help="Try all that may be wrong, and say it.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the results; barreleye-results/DATA by default.")]
