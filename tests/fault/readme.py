"""The commands of the README's tour against a running stack, and the shape of what they answer.

usage: readme.py README FOLDER LOG
FOLDER is the stack's (the README says .local), LOG what its tools/run has printed. In the tour a line that
begins with "$ " is a command; what follows up to the next one is its output. Numbers, times and ids differ
from run to run; the same words must be there in the same lines, and no others. A line "..." stands for
more lines like those around it.
"""

import re
import subprocess
import sys

ID = re.compile(r"\b(?:org|cus|sub|evt|map)_[A-Za-z0-9_]+")
SHAPES = [
    (re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}[.\d]*(?:Z|\+00)"), "TIME"),
    (ID, "ID"),
    (re.compile(r"ids with \w+"), "ids with PREFIX"),
    # A worker was killed just before: the relay may have been its, and nobody's until its lease is over.
    (re.compile(r"the first since \S+; relay \S+"), "the first since TIME; relay HOLDER"),
    (re.compile(r"\S+\.\d+\.[0-9a-f]{8}\."), "HOLDER."),
    (re.compile(r"\d+"), "N"),
    (re.compile(r"-{3,}"), "---"),
    (re.compile(r"\s+"), " "),
]


def shape(line, keys_only=False):
    if keys_only:
        line = (line.split() or [""])[0]
    # Of psql: a heading or a name in front is the shape, a row of values only its number of columns.
    cells = line.split("|")
    if len(cells) == 2 and re.fullmatch(r"\w+ *", cells[0]):
        return cells[0].strip() + " |"
    if len(cells) > 2 and not re.fullmatch(r"[\w| ]*[a-z]{4}[\w| ]*", line):
        return f"{len(cells)} columns"
    for pattern, word in SHAPES:
        line = pattern.sub(word, line)
    return line.strip()


def tour(text):
    """(command, lines of output) of every fence of the tour, in its order."""
    part = text.split("## A tour of ten minutes", 1)[1].split("\n## ", 1)[0]
    found = []
    for fence in re.findall(r"^```\n(.*?)^```", part, re.S | re.M):
        for line in fence.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found:
                found[-1][1].append(line)
    return found


def shapes(lines, command):
    # What an event or an organization is differs from run to run, what is told of it does not.
    keys_only = any(each in command for each in ("events show", "explain", "forecast"))
    return {shape(line, keys_only) for line in lines} - {"", "..."}


def main(readme, folder, log):
    renamed = {}  # what the README calls something -> what it is called here
    commands = tour(open(readme, encoding="utf-8").read())
    assert len(commands) >= 6, f"only {len(commands)} commands in the tour"
    assert commands[0][0] == "./tools/run", "the tour begins with ./tools/run"
    wrong = 0
    for command, documented in commands:
        run = command.replace(".local/", folder + "/")
        for old, new in renamed.items():
            run = run.replace(old, new)
        if command == "./tools/run":
            said = open(log, encoding="utf-8").read().splitlines()
        else:
            answer = subprocess.run(
                ["bash", "-c", f'. "{folder}/env"; {run}'], capture_output=True, text=True, check=False
            )
            said = answer.stdout.splitlines()
            if answer.returncode != 0:
                wrong += 1
                print(f"FAILED: {command}: exit code {answer.returncode}: {answer.stderr.strip()}")
        missing = shapes(documented, command) - shapes(said, command)
        # tools/run also tells of its start and of what it does meanwhile.
        more = shapes(said, command) - shapes(documented, command)
        if command == "./tools/run":
            more = set()
        for each in sorted(missing):
            print(f"FAILED: {command}: the README shows '{each}', which did not come")
        for each in sorted(more):
            print(f"FAILED: {command}: '{each}' came, which the README does not show")
        wrong += len(missing) + len(more)
        for old, new in zip(ID.findall("\n".join(documented)), ID.findall("\n".join(said))):
            renamed.setdefault(old, new)
        print(f"{command.split()[0]}: {len(documented)} lines documented, {len(said)} came")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
