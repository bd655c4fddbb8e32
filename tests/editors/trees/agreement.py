"""tree-sitter finds a mistake in the same statements as `scalec check` finds one of words (E0101–E0106): on the corpus, on the examples of the
documents, and on thousands of damaged files.

usage: agreement.py [damaged files of each] [seed] [name of a kind of difference, to see its cases]
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import damage
from exceptions import MOST_RECOVERIES, RECOVERY, reason
from lines import Lines
from scale import BUILT, ROOT, places

FOLDERS = ["tests/corpus", "tests/plan", "scenarios", "std"]
# One message for a whole block.
TAKES_A_BLOCK = re.compile("stands outside of any block|starts nothing that the language knows|does not belong here|expected `{`")
SYNTAX = re.compile(r"E010[1-6]")


def correct_and_broken() -> dict[str, bytes]:
    found = {str(p.relative_to(ROOT)): p.read_bytes() for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*.scale"))}
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for number, example in enumerate(re.findall(r"^```scale\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE), 1):
            found[f"{page.relative_to(ROOT)}:{number}"] = example.encode()
    return found


def checked(folder: Path) -> dict[str, list[dict]]:
    """What `scalec check` finds, by file."""
    scalec = os.environ.get("SCALEC", str(ROOT / "target/debug/scalec"))
    done = subprocess.run([scalec, "check", ".", "--format", "json"], cwd=folder, capture_output=True)
    assert done.returncode in (0, 2), done.stderr.decode()
    found: dict[str, list[dict]] = {}
    for diagnostic in json.loads(done.stdout)["diagnostics"]:
        if SYNTAX.fullmatch(diagnostic["code"]):
            found.setdefault(Path(diagnostic["file"]).name, []).append(diagnostic)
    return found


def statements(lines: Lines, starts: list[int], diagnostic: dict) -> tuple[int, set[int]]:
    """The statement that is blamed, and all that are named: where its labels stand, and what lies between."""
    def at(line: int) -> int:
        return lines.of(starts[min(line, len(starts)) - 1])
    blamed = at(diagnostic["line"])
    named = set(range(blamed, at(diagnostic["end_line"]) + 1))
    for label in diagnostic["labels"]:
        named |= set(range(at(label["line"]), at(label["end_line"]) + 1))
    if TAKES_A_BLOCK.search(diagnostic["message"]):
        named |= set(range(blamed, lines.block_end(blamed) + 1))
    return blamed, named


def differences(text: bytes, lines: Lines, diagnostics: list[dict]) -> tuple[list[int], list[tuple[str, int]]]:
    """The statements that are blamed, and what differs: `missed` or `extra`, and the statement."""
    starts = [0] + [m.end() for m in re.finditer(rb"\n", text)]
    found = {lines.of(place) for place in places(text)}
    told = [statements(lines, starts, d) for d in diagnostics]
    missed = [("missed", blamed) for blamed, named in told if not named & found]
    allowed = set().union(*(named for _, named in told))
    return [blamed for blamed, _ in told], missed + [("extra", statement) for statement in sorted(found - allowed)]


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    seed = sys.argv[2] if len(sys.argv) > 2 else "1"
    wanted = sys.argv[3] if len(sys.argv) > 3 else None

    folder = BUILT / "agreement"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    bases = correct_and_broken()
    # File by name: what it is, and its text.
    cases = {f"{number:05}.scale": (name, "as it is", text) for number, (name, text) in enumerate(bases.items())}
    for name in sorted(name for name, text in bases.items() if text.strip()):
        # A seed for each file: another file in the corpus changes nothing for this one.
        random_ = random.Random(f"{seed} {name}")
        for _ in range(count):
            kind, text = damage.damaged(bases[name], random_)
            cases[f"d{len(cases):05}.scale"] = (name, kind, text)
    for file, (_, _, text) in cases.items():
        (folder / file).write_bytes(text)

    found = checked(folder)
    agreed, excused, wrong = Counter(), Counter(), []
    for file, (name, kind, text) in cases.items():
        lines, diagnostics = Lines(text), found.get(file, [])
        told, different = differences(text, lines, diagnostics)
        if not different:
            agreed["with a mistake" if file in found else "without"] += 1
            continue
        why = reason(text, diagnostics, lines, told, different)
        if why:
            excused[why] += 1
        if why is None or why == wanted:
            wrong.append((file, name, kind, different, diagnostics, lines))

    for file, name, kind, different, diagnostics, lines in wrong[: int(os.environ.get("SHOW", "20"))]:
        print(f"\n{folder.relative_to(ROOT)}/{file}: {name}, {kind}")
        for d in diagnostics:
            print(f"  scalec {d['line']}:{d['column']}: {d['code']} {d['message']}")
        for what, statement in different:
            print(f"  {what}: {lines.text_of(statement).decode(errors='replace').strip()[:120]}")
    print(f"\n{len(cases)} files: {sum(agreed.values())} agree ({agreed['with a mistake']} of them with a mistake of words)")
    for why, number in excused.most_common():
        print(f"  {number:5}  {why}")
    print(f"  {0 if wanted else len(wrong):5}  unexplained")
    too_many = excused[RECOVERY] * 1000 > MOST_RECOVERIES * len(cases)
    if too_many:
        print(f"more than {MOST_RECOVERIES} of a thousand differ by tree-sitter's recovery alone")
    return 1 if (wrong and not wanted) or too_many else 0


if __name__ == "__main__":
    sys.exit(main())
