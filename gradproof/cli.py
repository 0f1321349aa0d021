"""The command line. Only click is imported here: each command imports its rooms when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradproof.replay import Finding
    from gradproof.verify import Plan, Result
    from theory.language.claims import Claim, Ledger
    from theory.typeset import Layout

LAYOUTS = ("wide", "narrow")
PROFILES = ("dev", "ci", "nightly")
PARTS = ("A", "B")
VERDICTS = ("PROVED", "CONDITIONAL", "REFUTED", "CITED", "MEASURED", "EMPIRICAL", "OPEN")


class Commands(click.Group):
    """Ends every deliberate error with one sentence on stderr and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        for stream in (sys.stdout, sys.stderr):  # a terminal that has no σ shows a ? and not a traceback
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType]
        try:
            return super().invoke(ctx)
        except Exception as error:
            # Only a command that ran has imported the module of errors, and importing it means importing SymPy.
            errors = sys.modules.get("theory.language.errors")
            if errors is None or not isinstance(error, errors.GradproofError):
                raise
            click.echo(f"gradproof: {error}", err=True)
            ctx.exit(2)


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"gradproof {version('gradproof')}")
        except PackageNotFoundError:
            click.echo("gradproof, run from a clone that is not installed")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def main() -> None:
    """Claims about activation functions and gradient flow: each stated once, proved and attacked.

    Exit codes: 0 all settled; 1 something is broken, contradictory or open; 2 bad usage.
    """


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--profile", type=click.Choice(PROFILES), default="dev", show_default=True, help="How hard to attack.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), metavar="PATH", help="Write the records there too.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the attack.")
@click.option("--fresh", is_flag=True, help="Prove everything anew; use no kept proof.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to work in.  [default: 2 where that pays]")
def verify(names: tuple[str, ...], profile: str, json_path: Path | None, seed: int, fresh: bool, jobs: int | None) -> None:
    """Prove or refute the claims NAME... (all, if none is named), attack each, and print the ledger."""
    start = perf_counter()
    from gradproof import present, record
    from gradproof.verify import Plan, passed

    if json_path is not None:
        record.check_writable(json_path)
    ledger, claims = _chosen(names)
    plan = Plan(profile, seed, fresh, told=json_path is not None)
    results = _run(claims, ledger, plan, jobs, "Proving and attacking")
    records = [result.record for result in results]
    document = record.document_of(records, profile, seed)
    if json_path is not None:
        record.write_atomically(json_path, record.dumps(document))
    console = present.screen()
    present.ledger(console, records)
    present.summary(
        console,
        records,
        seconds=perf_counter() - start,
        reused=sum(result.reused for result in results),
        profile=profile,
        seed=seed,
        versions=document["versions"],
    )
    sys.exit(0 if all(map(passed, records)) else 1)


@main.command("list")
@click.option("--verdict", type=click.Choice(VERDICTS, case_sensitive=False), help="Only claims of this verdict.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_claims(verdict: str | None, as_json: bool) -> None:
    """List the claims with their verdicts."""
    from gradproof import present, record
    from gradproof.verify import Plan

    ledger, claims = _chosen(())
    results = _run(claims, ledger, Plan(attack=False, told=False), None, "Settling")
    records = [result.record for result in results if verdict is None or result.record["verdict"] == verdict.upper()]
    if as_json:
        click.echo(record.dumps(record.list_of(records)), nl=False)
    elif records:
        present.listing(present.screen(), records)
    else:
        click.echo(f"No claim is {verdict}.")


@main.command("ledger")
@click.argument("names", nargs=-1, metavar="[ROW]...")
@click.option("--part", type=click.Choice(PARTS, case_sensitive=False), help="Only the articles (A) or the literature (B).")
@click.option("--open", "only_open", is_flag=True, help="Only rows without a claim, or with an open one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_rows(names: tuple[str, ...], part: str | None, only_open: bool, as_json: bool) -> None:
    """Show the ledger row by row: what the sources claim, as stated, and the verdicts of our claims about it.

    The rows ROW... are shown at length, one after the other.
    """
    from theory.rows import all_rows, claims_by_row, row

    wanted = {row(name).id for name in names} or set(all_rows())
    chosen = [found for found in all_rows().values() if found.id in wanted and part in (None, found.part)]
    from gradproof import ledger, present, record
    from gradproof.verify import Plan
    from numerics.measuring import finding_of, full_observations, observations_by_row

    known, claims = _chosen(())
    by_row, observed = claims_by_row(claims), observations_by_row(full_observations())
    named = [claim for claim in claims if any(claim in by_row[found.id] for found in chosen)]
    results = _run(named, known, Plan(attack=False, told=False), None, "Settling")
    settled = {result.record["name"]: result.record for result in results}
    entries = [
        ledger.entry_of(found, [settled[claim.name] for claim in by_row[found.id]], map(finding_of, observed[found.id]))
        for found in chosen
    ]
    shown = [entry for entry in entries if ledger.is_open(entry)] if only_open else entries
    if as_json:
        click.echo(record.dumps(ledger.document_of(entries, shown)), nl=False)
    elif not names or not shown:
        ledger.table(present.screen(), entries, shown)
    else:
        ledger.pages(present.screen(), shown)


@main.command()
@click.argument("name")
@click.option("--profile", type=click.Choice(PROFILES), default="dev", show_default=True, help="How hard to attack.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the attack.")
def show(name: str, profile: str, seed: int) -> None:
    """Show the claim NAME: statement, proof, evidence and sources."""
    from gradproof import present
    from gradproof.verify import Plan

    ledger, claims = _chosen((name,))
    (result,) = _run(claims, ledger, Plan(profile, seed), 1, "Proving and attacking")
    present.claim(present.screen(), result.record)


@main.command()
@click.argument("name")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the search for counterexamples."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(name: str, seed: int, as_json: bool) -> None:
    """Explain the claim NAME: why it holds, what breaks without each hypothesis, what it rests on, what rests on it."""
    from gradproof import present, record
    from gradproof.explain import explanation, page

    known, (chosen,) = _chosen((name,))
    found = explanation(chosen, known, seed)
    if as_json:
        click.echo(record.dumps(found), nl=False)
    else:
        page(present.screen(), found)


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("-o", "--output", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where to write.")
@click.option("--layout", type=click.Choice(LAYOUTS), default="wide", show_default=True, help="Narrow is for two columns.")
@click.option("--profile", type=click.Choice(PROFILES), default="dev", show_default=True, help="How hard to attack.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the attack.")
@click.option("--check", is_flag=True, help="Write nothing; fail where DIR is stale or a claim is not settled.")
def latex(names: tuple[str, ...], folder: Path, layout: Layout, profile: str, seed: int, check: bool) -> None:
    """Write the claims NAME... (all, if none is named) as LaTeX into DIR.

    A fragment NAME.tex a claim, to be input into a paper; gradproof.sty and gradproof.bib; and summary.tex, which stands alone.
    """
    from gradproof.latex.files import documents, faults, folder_for, write
    from gradproof.verify import Plan, passed

    ledger, claims = _chosen(names)
    if not check:
        folder_for(folder)
    results = _run(
        claims, ledger, Plan(profile, seed, attack=not check), None, "Checking" if check else "Proving and attacking"
    )
    pairs = [(claim, result.record) for claim, result in zip(claims, results, strict=True)]
    if check:
        wrong = faults(folder, pairs)
        for fault in wrong:
            click.echo(f"gradproof: {fault}", err=True)
        sys.exit(1 if wrong else 0)
    changed = write(folder, made := documents(pairs, layout))
    click.echo(f"{len(made)} files in {folder}, {changed} of them new or changed; build summary.tex with pdflatex and bibtex")
    sys.exit(0 if all(passed(record) for _, record in pairs) else 1)


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--profile", type=click.Choice(PROFILES), default="ci", show_default=True, help="How hard to attack.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the attack.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to work in.  [default: 2 where that pays]")
def teeth(names: tuple[str, ...], profile: str, as_json: bool, seed: int, jobs: int | None) -> None:
    """Derive false variants of the claims NAME... (all, if none is named) and count how many the attack breaks.

    Exit code 1 where the kernel proves what the attack breaks, or where less than 97 % of the false ones are broken.
    """
    start = perf_counter()
    from gradproof import present, record
    from gradproof.teeth import as_json as json_of
    from gradproof.teeth import bite_all, passed, table

    _, claims = _chosen(names)
    with present.progress(len(claims), "Biting") as done:
        results = bite_all(claims, profile, seed, jobs=jobs, done=done)
    if as_json:
        click.echo(record.dumps(json_of(results, profile, seed)), nl=False)
    else:
        table(present.screen(), results, seconds=perf_counter() - start, profile=profile, seed=seed)
    sys.exit(0 if passed(results) else 1)


@main.command()
@click.argument("expr", metavar="EXPR")
@click.option("--order", type=click.IntRange(0, 8), default=0, show_default=True, help="Which derivative.")
@click.option("--digits", type=click.IntRange(1, 2000), default=30, show_default=True, help="Digits of the bounds.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--latex", "as_latex", is_flag=True, help="Print LaTeX.")
@click.option("--certificate", type=click.Path(path_type=Path), metavar="FILE", help="Write the certificates there too.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw it, as .pdf, .png or .svg.")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=10.0, show_default=True, help="How long to search at most.")
def certify(
    expr: str,
    order: int,
    digits: int,
    as_json: bool,
    as_latex: bool,
    certificate: Path | None,
    plot: Path | None,
    seconds: float,
) -> None:
    """Certify the supremum and the infimum over ℝ of EXPR in x, such as "gelu_tanh(x)", or of a derivative of it.

    Exit code 1 where one of the two could not be settled.
    """
    from theory.parsing import parse

    term = parse(expr)
    from gradproof import certifying, present, record
    from theory.certify import certify as certified

    if certificate is not None:
        record.check_writable(certificate)
    _check_plot(plot)
    found = certified(term, "x", order=order, digits=digits, seconds=seconds)
    if certificate is not None:
        record.write_atomically(certificate, record.dumps(certifying.certificate_of(found)))
    if plot is not None:
        from gradproof.plots import draw_extrema

        draw_extrema(found, certifying.derivative_of(expr, order), plot)
    if as_json:
        click.echo(record.dumps(certifying.as_json(found, expr, digits)), nl=False)
    elif as_latex:
        click.echo(certifying.in_latex(found, digits))
    else:
        certifying.table(present.screen(), found, expr, digits)
    sys.exit(1 if found.unsettled else 0)


@main.command()
@click.argument("what", metavar="NAME|EXPR")
@click.option("--digits", type=click.IntRange(1, 300), default=12, show_default=True, help="Digits of what is not exact.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--latex", "as_latex", is_flag=True, help="Print a LaTeX table.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw it, as .pdf, .png or .svg.")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=20.0, show_default=True, help="How long to search at most.")
def profile(what: str, digits: int, as_json: bool, as_latex: bool, plot: Path | None, seconds: float) -> None:
    """Derive what an activation is like: range, kinks, limits, shape, symmetry, constants, dead regions.

    NAME|EXPR is an activation's name, such as silu, or an expression in x. Exit code 1 where something is not settled.
    """
    from theory.parsing import function

    term = function(what)
    from gradproof import present, record
    from gradproof.profiles import output
    from theory.profiles import profile as derived

    _check_plot(plot)
    found = derived(term, "x", digits=digits, seconds=seconds)
    if plot is not None:
        from gradproof.plots import draw_profile

        draw_profile(found, what, plot)
    if as_json:
        click.echo(record.dumps(output.as_json(found, what, digits)), nl=False)
    elif as_latex:
        click.echo(output.in_latex(found, digits))
    else:
        output.table(present.screen(), found, what, digits)
    sys.exit(1 if found.unsettled else 0)


def _check_plot(plot: Path | None) -> None:
    """Refuse, before any work is done, a plot that cannot be drawn or written."""
    if plot is not None:
        from gradproof import record
        from gradproof.plots import check_suffix

        check_suffix(plot)
        record.check_writable(plot)


@main.command("measure")
@click.argument("name", required=False)
@click.option("--quick", is_flag=True, help="With parameters that take a second; the figures are no result.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the result there too.")
def measure_one(name: str | None, quick: bool, as_json: bool, output: Path | None) -> None:
    """Measure the observation NAME by its protocol and show it beside what is kept; without NAME, list the observations.

    Exit code 1 where an observation is listed that has no valid result.
    """
    from gradproof.measuring import list_all, measure_and_show, one_thread

    one_thread()
    sys.exit(list_all(as_json) if name is None else measure_and_show(name, quick, as_json, output))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def replay(files: tuple[Path, ...]) -> None:
    """Run the derivations of record files, and the certificates of certificate files, through the kernel again."""
    from gradproof import present
    from gradproof.record import read_json
    from gradproof.replay import replayable

    waiting = [item for file in files for item in replayable(read_json(file), str(file))]
    findings: list[Finding] = []
    with present.progress(len(waiting), "Replaying") as done:
        for replay_one in waiting:
            findings.append(replay_one())
            done(findings[-1].name)
    present.replays(present.screen(), findings)
    sys.exit(0 if all(finding.ok or (finding.ok is None and finding.verdict == "CITED") for finding in findings) else 1)


def _chosen(names: Sequence[str]) -> tuple[Ledger, list[Claim]]:
    """The ledger and the named claims, each once, in the ledger's order; all of them if none is named."""
    from theory.language.claims import full_ledger

    ledger = full_ledger()
    wanted = {ledger[name].name for name in names} or {claim.name for claim in ledger}
    return ledger, [claim for claim in ledger if claim.name in wanted]


def _run(claims: list[Claim], ledger: Ledger, plan: Plan, jobs: int | None, what: str) -> list[Result]:
    """The engine, with a progress bar on stderr."""
    from gradproof import present
    from gradproof.verify import verify

    with present.progress(len(claims), what) as done:
        return verify(claims, ledger, plan, jobs=jobs, done=done)


if __name__ == "__main__":
    main()
