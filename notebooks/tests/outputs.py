"""Outputs of every kind, made of the demo's rows: what a run can leave behind, in its layout."""

from pathlib import Path
from urllib.parse import quote

import duckdb

_REJECTED = """
    SELECT * REPLACE (NULL AS label, NULL AS label_id, NULL AS score, NULL AS scores,
        'rejected' AS status, {'code': 'empty-text', 'message': 'the text is empty'} AS error,
        NULL AS tokens, NULL AS tokens_kept, NULL AS truncated, NULL AS escalated,
        NULL AS audit_label, NULL AS cost, NULL AS stats)
    FROM demo
"""


class Outputs:
    """Writes outputs to a directory."""

    def __init__(self, demo, directory):
        self._directory = Path(directory)
        self._db = duckdb.connect()
        files = sorted(str(file) for file in Path(demo).glob("*.parquet"))
        self._db.execute("CREATE TABLE demo AS SELECT * FROM read_parquet(?)", [files])
        self._metadata = dict(
            self._db.execute(
                "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)"
                " WHERE decode(key) LIKE 'ptc.%'",
                [files[0]],
            ).fetchall()
        )

    def rows(self, query):
        """What a query answers over the demo's rows."""
        return self._db.execute(query).fetchall()

    def write(self, name, query, **metadata):
        """An output of the rows of a query over the table demo."""
        output = self._begin(name)
        self._write(output / "slice-000001.zstd.parquet", query, metadata)
        return output

    def partitioned(self, name, column, query):
        """An output with a directory for each value, named as Spark does."""
        output = self._begin(name)
        source = f"({query})"
        for (value,) in self.rows(f"SELECT DISTINCT {column} FROM {source}"):
            directory = "__HIVE_DEFAULT_PARTITION__" if value is None else quote(value, safe=" ")
            (output / f"{column}={directory}").mkdir()
            literal = "NULL" if value is None else "'" + value.replace("'", "''") + "'"
            self._write(
                output / f"{column}={directory}" / "slice-000001.zstd.parquet",
                f"SELECT * EXCLUDE ({column}) FROM {source}"
                f" WHERE {column} IS NOT DISTINCT FROM {literal}",
                {},
            )
        return output

    def rejects_only(self):
        """An output without a single label."""
        return self.write("rejects-only", _REJECTED)

    def empty(self):
        """What a run over no documents leaves."""
        return self._begin("empty")

    def _begin(self, name):
        output = self._directory / name
        (output / "_ptc").mkdir(parents=True)
        # Not a row: what a run had begun to write.
        (output / "_ptc" / "staging.parquet").write_text("unfinished")
        return output

    def _write(self, file, query, metadata):
        pairs = {**self._metadata, **metadata}
        literal = ", ".join(
            "'{}': '{}'".format(key, value.replace("'", "''")) for key, value in pairs.items()
        )
        name = str(file).replace("'", "''")
        self._db.execute(
            f"COPY ({query}) TO '{name}' (FORMAT parquet, KV_METADATA {{{literal}}})"
        )
