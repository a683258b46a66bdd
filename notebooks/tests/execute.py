"""Executes a notebook and writes its outputs into it: execute.py NOTEBOOK."""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent
_OF_PTC = ("PTC_OUTPUT", "PTC_AGAINST", "PTC_SWEEP", "PTC_AGREEMENT")


def execute(notebook, environment=None):
    """The notebook as it is after a run in its own directory; raises the first error of a cell.

    environment: what the variables of ptc are, in place of those of this process.
    """
    executed = read(notebook)
    client = NotebookClient(
        executed,
        timeout=600,
        startup_timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(Path(notebook).resolve().parent)}},
        record_timing=False,
    )
    variables = dict(os.environ)
    if environment is not None:
        variables = {key: value for key, value in variables.items() if key not in _OF_PTC}
        variables.update(environment)
    with tempfile.TemporaryDirectory() as sockets:
        client.create_kernel_manager()
        client.km.transport = "ipc"  # Nobody else can listen.
        client.km.ip = os.path.join(sockets, "kernel")
        client.execute(env=variables)
    # What a kernel says of itself differs from machine to machine.
    executed.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return executed


def read(notebook):
    """A notebook as it is in its file."""
    return nbformat.read(notebook, as_version=4)


def figures(notebook):
    """The pictures of a notebook, in base 64."""
    return [data["image/png"] for data in _data(notebook) if "image/png" in data]


def text(notebook):
    """All that a notebook prints, tables as text."""
    printed = [
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    ]
    return "\n".join(printed + [data["text/plain"] for data in _data(notebook)]) + "\n"


def _data(notebook):
    return [
        output.data
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type in ("display_data", "execute_result")
    ]


if __name__ == "__main__":
    nbformat.write(execute(sys.argv[1]), sys.argv[1])
