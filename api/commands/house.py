"""Commands about the installation: doctor, config."""

import click

from api.cli import Door, command


@command
def doctor(door: Door) -> None:
    """What is installed, where things are, where data goes, what is wrong."""
    from dataclasses import asdict

    from api.doctor import examine

    findings = examine(door.settings)

    def words() -> str:
        lines = []
        for finding in findings:
            mark = click.style("ok", fg="green") if finding.ok else click.style("no", fg="red")
            hint = f"  -> {finding.hint}" if finding.hint else ""
            lines.append(f"{mark}  {finding.name}: {finding.found}{hint}")
        return "\n".join(lines)

    door.show({"ok": all(f.ok for f in findings), "findings": [asdict(f) for f in findings]}, words)


@command
def config(door: Door) -> None:
    """Every setting, its value, and where the value came from."""
    from api.words import table

    settings = [
        {
            "name": s.name,
            "value": "(set)" if s.name == "model_key" and s.value else s.value,
            "source": s.source,
            "meaning": s.meaning,
        }
        for s in door.settings.sources
    ]
    rows = [(s["name"], s["value"] or "", s["source"], s["meaning"]) for s in settings]
    door.show({"settings": settings}, lambda: table(("setting", "value", "from", "meaning"), rows))


COMMANDS = (doctor, config)
