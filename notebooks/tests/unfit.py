"""What an executed notebook must not have."""

import base64
import getpass
import re
import socket

#: Longer than any name or figure in a table, shorter than a document.
_LONGEST_CELL = 120
_LARGEST_PICTURE = 100_000


def faults(notebook):
    """Everything that is wrong with the outputs of a notebook, in words."""
    found = []
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        found.append("its cells were not executed once, in order")
    for number, cell in enumerate(cells, 1):
        found += [f"cell {number}: {fault}" for output in cell.outputs for fault in _of(output)]
    return found


def _of(output):
    if output.output_type == "error":
        yield f"failed: {output.evalue}"
    elif output.output_type == "stream":
        if output.name == "stderr":
            yield f"warns: {output.text}"
        yield from _of_text(output.text)
    else:
        for kind, data in output.data.items():
            if kind == "image/png":
                size = len(base64.b64decode(data))
                if size > _LARGEST_PICTURE:
                    yield f"has a picture of {size} bytes"
            elif kind.startswith("text/"):
                yield from _of_text(data)
                yield from _of_cells(data)
            else:
                yield f"has {kind}, which a code host does not show"


def _of_text(text):
    if re.search(r"(?<![\w.])/(home|root|tmp|work|usr|var|opt|Users|private)/", text):
        yield f"names a path of this machine: {text[:200]}"
    host = socket.gethostname()
    if len(host) > 3 and host != "localhost" and host in text:
        yield "names this machine"
    user = getpass.getuser()
    if len(user) > 4 and re.search(rf"\b{re.escape(user)}\b", text):
        yield "names the user"


def _of_cells(text):
    for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", text, re.DOTALL):
        if len(cell) > _LONGEST_CELL:
            yield f"shows what may be the text of a document: {cell[:40]}"
