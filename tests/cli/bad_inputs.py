"""Bad input by name: content repositories with one fault each, and what must be said about it.

Shared by the tests and by `benchmarks/bad_input.py`, which prints the times. The bytes that matter
here (encodings, NUL, megabytes, links) are no files that a person could open, so they are written
by code.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

GOOD = """\
id: 5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10
name: Something happened
description: Identifies something.
severity: Low
kind: Scheduled
version: 1.0.0
queryFrequency: 1h
queryPeriod: 2h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | project TimeGenerated, UserPrincipalName
"""
QUERY = GOOD[GOOD.index("query: |") :]
DETECTION = "detections/area/bad.yaml"

Prepare = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class BadInput:
    """One fault. `code` is the finding's, or None where one line on stderr with `says` explains.

    `prepare` makes the fault in a content repository that holds nothing but `sentinelgen.yaml`.
    """

    name: str
    prepare: Prepare
    code: str | None
    says: str = ""
    file: str = DETECTION
    exit_code: int = 1
    arguments: tuple[str, ...] = ()
    as_other_user: bool = False


def write(root: Path, file: str, content: str | bytes) -> Path:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def detection(name: str, content: str | bytes, code: str) -> BadInput:
    return BadInput(name, lambda root: void(write(root, DETECTION, content)), code)


def changed(name: str, old: str, new: str, code: str) -> BadInput:
    assert GOOD.count(old) == 1, old
    return detection(name, GOOD.replace(old, new), code)


def templated(name: str, template: str, code: str, values: str = "{}", **files: str) -> BadInput:
    """Return a fault in a template; `files` are further templates."""

    def prepare(root: Path) -> None:
        write(root, DETECTION, GOOD.replace(QUERY, f"template: bad\nvalues: {values}\n"))
        for stem, text in {"bad": template, **files}.items():
            write(root, f"detections/_templates/{stem}.kql.j2", text)

    return BadInput(name, prepare, code, file="")


def tuned(name: str, declaration: str, code: str) -> BadInput:
    body = "  SigninLogs | where UserPrincipalName == {{ user }}\n"
    return detection(
        name, GOOD.replace(QUERY, f"parameters:\n  {declaration}\nquery: |\n{body}"), code
    )


def repository_file(name: str, file: str, content: str | bytes, says: str, *more: str) -> BadInput:
    """Return a fault outside of the catalog, which is a wrong invocation."""

    def prepare(root: Path) -> None:
        write(root, DETECTION, GOOD)
        write(root, file, content)

    return BadInput(name, prepare, None, says, exit_code=2, arguments=more)


def made(name: str, prepare: Prepare, code: str, file: str = DETECTION) -> BadInput:
    return BadInput(name, prepare, code, file=file)


def void(_value: object) -> None:
    return None


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def _link(root: Path, target: Path | str, name: str = DETECTION) -> None:
    link = root / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)


def _outside(root: Path) -> Path:
    # On the first line: that is where a finding about the whole file points.
    return write(root.parent, "outside/secret.yaml", "# TOP-SECRET\n" + GOOD)


def _unreadable(root: Path) -> None:
    write(root, DETECTION, GOOD).chmod(0)


def _unreadable_folder(root: Path) -> None:
    write(root, DETECTION, GOOD).parent.chmod(0)


def _linked_template(root: Path) -> None:
    write(root.parent, "outside/secret.kql.j2", "// TOP-SECRET {{ 1 | nothing }}\n")
    write(root, DETECTION, GOOD.replace(QUERY, "template: bad\n"))
    _link(root, root.parent / "outside/secret.kql.j2", "detections/_templates/bad.kql.j2")


def _linked_template_folder(root: Path) -> None:
    write(root.parent, "outside/bad.kql.j2", "// TOP-SECRET {{ 1 | nothing }}\n")
    write(root, DETECTION, GOOD.replace(QUERY, "template: bad\n"))
    _link(root, root.parent / "outside", "detections/_templates")


def _unreadable_templates(root: Path) -> None:
    write(root, DETECTION, GOOD.replace(QUERY, "template: bad\n"))
    write(root, "detections/_templates/bad.kql.j2", "SigninLogs\n").parent.chmod(0)


def _unreadable_schemas(root: Path) -> None:
    write(root, DETECTION, GOOD)
    write(root, "schemas/tables/T_CL.yaml", "{}\n").parent.chmod(0)


def _unreadable_tenants(root: Path) -> None:
    write(root, DETECTION, GOOD)
    write(root, "tenants/t.yaml", "{}\n").parent.chmod(0)


def _unreadable_configuration(root: Path) -> None:
    write(root, DETECTION, GOOD)
    (root / "sentinelgen.yaml").chmod(0)


def _linked_schema(root: Path) -> None:
    write(root, DETECTION, GOOD)
    write(root.parent, "outside/T_CL.yaml", "TOP-SECRET: {}\n")
    _link(root, root.parent / "outside/T_CL.yaml", "schemas/tables/T_CL.yaml")


def _linked_schemas(root: Path) -> None:
    write(root, DETECTION, GOOD)
    write(root.parent, "outside/tables/T_CL.yaml", "TOP-SECRET: {}\n")
    _link(root, root.parent / "outside", "schemas")


def _file_as_folder(file: str) -> Prepare:
    def prepare(root: Path) -> None:
        write(root, DETECTION, GOOD)
        _folder(root / file)

    return prepare


def _artifact_folder_is_a_file(root: Path) -> None:
    write(root, DETECTION, GOOD)
    write(root, "arm", "text\n")


def _bytes_in_name(root: Path) -> None:
    folder = os.fsencode(_folder(root / "detections/area"))
    with Path(os.fsdecode(folder + b"/caf\xe9.yaml")).open("w", encoding="utf-8") as file:
        file.write(GOOD)


def _bomb(width: int, levels: int) -> str:
    lines = [f"a0: &a0 [{', '.join(['x'] * width)}]"]
    lines += [
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]"
        for level in range(1, levels)
    ]
    return GOOD + "\n".join(lines) + "\n"


def _deep_block(levels: int) -> str:
    return "".join(f"{' ' * level}a:\n" for level in range(levels))


def _texts() -> Iterator[BadInput]:
    yield detection("empty file", "", "SG008")
    yield detection("only a comment", "# nothing yet\n", "SG008")
    yield detection("list instead of a mapping", "- a\n- b\n", "SG008")
    yield detection("text instead of a mapping", "just text\n", "SG008")
    yield detection("several documents", f"{GOOD}---\n{GOOD}", "SG007")
    yield changed("tab as indentation", "  SigninLogs", "\tSigninLogs", "SG006")
    yield detection("two byte order marks", b"\xef\xbb\xbf" * 2 + GOOD.encode(), "SG014")
    yield detection(
        "Latin-1 bytes", GOOD.replace("something", "caf\xe9").encode("latin-1"), "SG004"
    )
    yield detection("UTF-16", GOOD.encode("utf-16"), "SG004")
    yield detection("cut inside a character", GOOD.encode() + b"# \xe2\x82", "SG004")
    yield detection("NUL bytes", GOOD.replace("something", "some\0thing"), "SG014")
    yield detection("nothing but NUL bytes", b"\0" * 1000, "SG014")
    yield detection("escape character", GOOD.replace("something", "\x1b[2Jthing"), "SG014")
    yield detection("50 MB", GOOD + "# filler\n" * (50 * 1024 * 1024 // 9), "SG003")
    yield detection("10,000 lists deep", "[" * 10_000 + "]" * 10_000, "SG010")
    yield detection("10,000 open lists", "[" * 10_000, "SG010")
    yield detection("10,000 mappings deep", "{a: " * 10_000 + "}" * 10_000, "SG010")
    yield detection("1,400 block mappings deep", _deep_block(1_400), "SG010")
    yield detection("10,000 list items on a line", "- " * 10_000 + "a\n", "SG010")
    yield detection("alias bomb", _bomb(9, 9), "SG010")
    yield detection("alias that holds itself", f"{GOOD}tags: &a [*a]\n", "SG010")
    yield detection("alias without an anchor", f"{GOOD}tags: *nowhere\n", "SG006")
    yield detection("merge key that merges itself", f"{GOOD}metadata: &m {{<<: *m}}\n", "SG010")
    yield changed(
        "python/object tag", "severity: Low", "severity: !!python/object:os.x {}", "SG009"
    )
    yield changed("python/apply tag", "Low", "!!python/object/apply:os.system [id]", "SG009")
    yield changed("own tag", "severity: Low", "severity: !secret Low", "SG009")
    yield detection(
        "a hundred thousand keys", "".join(f"k{n}: \n" for n in range(100_000)), "SG010"
    )
    yield detection("unclosed quote before much text", f'{GOOD}tags: "' + "a\n" * 200_000, "SG006")


def _files() -> Iterator[BadInput]:
    yield made("folder named x.yaml", lambda root: void(_folder(root / DETECTION)), "SG001")
    yield BadInput("unreadable file", _unreadable, "SG001", as_other_user=True)
    yield BadInput(
        "unreadable folder", _unreadable_folder, "SG001", file="detections/area", as_other_user=True
    )
    yield made("link out of the repository", lambda root: _link(root, _outside(root)), "SG002")
    yield made("link to nowhere", lambda root: _link(root, "nothing.yaml"), "SG002")
    yield made("link to itself", lambda root: _link(root, "bad.yaml"), "SG002")
    yield made("link to /dev/zero", lambda root: _link(root, "/dev/zero"), "SG002")
    yield made(
        "folder that is a link out of the repository",
        lambda root: _link(root, _outside(root).parent, "detections/area"),
        "SG002",
        "detections/area",
    )
    yield made(
        "folder that is a link to one above",
        lambda root: _link(root, "..", "detections/area"),
        "SG002",
        "detections/area",
    )
    yield made(
        "detections/ as a link out of the repository",
        lambda root: _link(root, _outside(root).parent, "detections"),
        "SG002",
        "detections",
    )
    yield made(
        "named pipe",
        lambda root: os.mkfifo(_folder(root / "detections/area") / "bad.yaml"),
        "SG001",
    )
    yield made("name that is no UTF-8", _bytes_in_name, "SG001", "detections/area/caf\\xe9.yaml")
    yield BadInput(
        "unreadable templates", _unreadable_templates, "SG302", file="", as_other_user=True
    )
    yield BadInput(
        "unreadable schemas",
        _unreadable_schemas,
        "SG001",
        file="schemas/tables",
        as_other_user=True,
    )
    yield made("table behind a link", _linked_schema, "SG002", "schemas/tables/T_CL.yaml")
    yield made("schemas behind a link", _linked_schemas, "SG002", "schemas/tables")
    for file in ("detections/retired.yaml", "detections/not-detectable.yaml"):
        yield made(f"folder named {file}", _file_as_folder(file), "SG001", file)
    yield made(
        "folder named as tests",
        _file_as_folder("detections/area/bad.tests.yaml"),
        "SG001",
        "detections/area/bad.tests.yaml",
    )
    yield made("template behind a link", _linked_template, "SG304")
    yield made("templates behind a link", _linked_template_folder, "SG304")


def _templates() -> Iterator[BadInput]:
    yield templated("include with ../", "{% include '../secret' %}", "SG304")
    yield templated("include with an absolute path", "{% include '/etc/passwd' %}", "SG304")
    yield templated("include that is not there", "{% include 'nowhere' %}", "SG301")
    yield templated("include of itself", "{% include 'bad' %}", "SG305")
    yield templated("circle of includes", "{% include 'b' %}", "SG305", b="{% include 'bad' %}")
    yield templated(
        "macro that calls itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "SG307"
    )
    yield templated(
        "macro that calls itself twice",
        "{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
        "SG307",
    )
    yield templated(
        "loop of a billion steps", "{% for i in range(1000000000) %}{% endfor %}", "SG307"
    )
    yield templated(
        "loops in loops",
        "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}"
        "{% endfor %}{% endfor %}{% endfor %}",
        "SG307",
    )
    yield templated(
        "much output", "{% for a in range(9999) %}" + "a" * 9999 + "{% endfor %}", "SG307"
    )
    yield templated("long text by *", "{{ 'x' * 10**9 }}", "SG307")
    yield templated("long list by *", "{{ [1] * 10**9 }}", "SG307")
    yield templated("power of a power", "{{ 10**10**9 }}", "SG307")
    yield templated("shifted power", "{{ 2 ** 99999999 }}", "SG307")
    yield templated("padded %-format", "{{ '%999999999d' % 1 }}", "SG308")
    yield templated("padded format method", "{{ '{:>999999999}'.format(1) }}", "SG308")
    yield templated("padded format filter", "{{ '%999999999d' | format(1) }}", "SG303")
    yield templated("padding filter", "{{ 'a' | center(999999999) }}", "SG303")
    yield templated("padding method", "{{ 'a'.ljust(999999999) }}", "SG308")
    yield templated("text doubled 60 times", _doubled(), "SG307")
    yield templated("class of a text", "{{ ''.__class__.__mro__ }}", "SG308")
    yield templated("class by the attr filter", "{{ '' | attr('__class__') }}", "SG303")
    yield templated("class by an index", "{{ ''['__class__'] }}", "SG308")
    yield templated("globals of a function", "{{ range.__globals__ }}", "SG308")
    yield templated("internals of the template", "{{ self._TemplateReference__context }}", "SG308")
    yield templated("undefined variable", "{{ nobody }}", "SG306")
    yield templated("undefined variable in an operation", "{{ nobody + 1 }}", "SG306")
    yield templated("unknown value", "SigninLogs", "SG325", "{nobody: 1}")
    yield templated("template that does not parse", "{% if %}", "SG303")
    yield templated("ten thousand open brackets", "{{ " + "(" * 10_000, "SG307")
    yield templated(
        "ten thousand blocks deep", "{% if 1 %}" * 10_000 + "{% endif %}" * 10_000, "SG307"
    )
    yield templated("a long chain of operators", "{{ 1" + " + 1" * 20_000 + " }}", "SG307")
    yield tuned("parameter of the wrong type", "user: {type: string, default: [1]}", "SG321")
    yield tuned("parameter of an unknown type", "user: {type: strings, default: a}", "SG023")
    yield tuned("parameter without a value", "user: {type: string}", "SG322")


def _doubled() -> str:
    return "{% set ns = namespace(t='x') %}" + "{% set ns.t = ns.t ~ ns.t %}" * 60 + "{{ ns.t }}"


def _values() -> Iterator[BadInput]:
    yield changed("duration of no length", "queryFrequency: 1h", "queryFrequency: 0m", "SG110")
    yield changed("negative duration", "queryFrequency: 1h", "queryFrequency: -5m", "SG024")
    yield changed("duration in weeks", "queryPeriod: 2h", "queryPeriod: 1w", "SG024")
    yield changed("duration of 1000 days", "queryPeriod: 2h", "queryPeriod: 1000d", "SG111")
    yield changed(
        "duration of many digits", "queryPeriod: 2h", f"queryPeriod: {'9' * 5000}d", "SG024"
    )
    yield changed(
        "GUID in braces",
        "5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10",
        '"{5b1e4a52-6f0c-4f7b-9d3e-2c8a7f3f1d10}"',
        "SG030",
    )
    yield changed("severity in lower case", "severity: Low", "severity: low", "SG023")
    yield detection("query of blanks", GOOD.replace(QUERY, "query: '   '\n"), "SG101")
    yield detection("query of a comment", GOOD.replace(QUERY, "query: '// later'\n"), "SG101")
    yield detection("unknown key", f"{GOOD}querry: a\n", "SG020")
    yield detection("key twice", f"{GOOD}severity: High\n", "SG011")
    yield detection("number without end", GOOD.replace("Threshold: 0", "Threshold: .inf"), "SG013")
    yield detection(
        "number of 5,000 digits", GOOD.replace("Threshold: 0", f"Threshold: {'9' * 5000}"), "SG013"
    )
    deep = "(" * 9_000
    yield detection("query of 9,000 brackets", GOOD.replace(QUERY, f"query: '{deep}'\n"), "SG408")
    long = "SigninLogs // " + "x" * 20_000
    yield detection("query of 20,000 letters", GOOD.replace(QUERY, f"query: '{long}'\n"), "SG102")
    yield detection(
        "a megabyte of blanks", GOOD + "description2: '" + " " * 900_000 + "'\n", "SG020"
    )
    yield changed(
        "many braces in a description", "Identifies something.", "'" + "{{" * 400_000 + "'", "SG121"
    )


def _repository() -> Iterator[BadInput]:
    yield repository_file("configuration that is a list", "sentinelgen.yaml", "- a\n", "mapping")
    yield repository_file(
        "configuration with an unknown key", "sentinelgen.yaml", "kqll: on\n", "kql"
    )
    yield repository_file("configuration of tabs", "sentinelgen.yaml", "kql:\n\t- a\n", "tab")
    yield repository_file("configuration of bytes", "sentinelgen.yaml", b"\xff\xfe\0\1", "UTF-16")
    yield repository_file(
        "check that does not exist", "sentinelgen.yaml", "checks: {SG999: off}\n", "SG999"
    )
    yield repository_file(
        "tenant without a target", "tenants/t.yaml", "{}\n", "target", "--tenant", "t"
    )
    yield repository_file("no such tenant", "tenants/t.yaml", "{}\n", "u.yaml", "--tenant", "u")
    yield repository_file(
        "tenant above the folder", "tenants/t.yaml", "{}\n", "tenant", "--tenant", "../t"
    )
    yield repository_file(
        "unknown parameter of a tenant",
        "tenants/t.yaml",
        "target:\n  tenantId: 00000000-0000-0000-0000-000000000001\n"
        "  subscriptionId: 00000000-0000-0000-0000-000000000002\n  resourceGroup: rg\n"
        "  workspace: law-lab\n  cloud: public\nparameters: {nobody: 1}\n",
        "nobody",
        "--tenant",
        "t",
    )
    for name, prepare in (
        ("unreadable configuration", _unreadable_configuration),
        ("unreadable tenants", _unreadable_tenants),
    ):
        yield BadInput(
            name,
            prepare,
            None,
            "Permission denied",
            exit_code=2,
            arguments=("--tenant", "t"),
            as_other_user=True,
        )
    yield repository_file("PATH that names nothing", "README.md", "", "nowhere", "nowhere")
    yield BadInput("a file where artifacts go", _artifact_folder_is_a_file, "SG803", file="arm")


BAD_INPUTS = (*_texts(), *_files(), *_templates(), *_values(), *_repository())
