#!/usr/bin/env python3
"""Makes header-only GGUF files of true shape with llama.cpp's own converter, without weights or a tokenizer.

    python3 bench/peers/gguf_headers.py LLAMA_CPP TABLES OUT [MODEL...]

Wants an interpreter with torch, transformers, numpy and sentencepiece. LLAMA_CPP is a source tree of llama.cpp, TABLES the folder that
dev.weighbridge.bench.MixtureTables wrote. For each model a sparse safetensors file of its published tensors is laid beside its
config.json and converted at 16 bits; the tensors' data is left out and the file extended to its true length, so that llama.cpp can map it.
"""
import json, logging, os, shutil, struct, sys, tempfile, traceback
from pathlib import Path

llama, tables, out = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
wanted = set(sys.argv[4:])
sys.path[:0] = [str(llama), str(llama / "gguf-py")]
import torch, gguf
import conversion, conversion.base
from conversion.base import ModelBase, TextModel, ModelType, get_model_architecture
from transformers import AutoConfig

torch.equal = lambda a, b: False  # the converter takes equal tensors for tied ones, and without data all are equal
logging.disable(logging.WARNING)
conversion.load_all_models()
for cls in list(ModelBase._model_classes[ModelType.TEXT].values()) + [TextModel]:
    if "set_vocab" in cls.__dict__:
        cls.set_vocab = lambda self: None
catalogue = Path(__file__).resolve().parents[2] / "planner/src/main/resources/dev/weighbridge/planner/catalogue/models.jsonl"


class RawConfig:
    """transformers drops fields of older configurations that the converter asks for: let it read config.json itself."""
    @staticmethod
    def from_pretrained(*_, **__):
        raise ValueError("read config.json")


def with_defaults(config):
    """A config.json leaves out what its class has by default; the converter does not know every default."""
    config = {k: v for k, v in config.items() if k not in ("id2label", "label2id")}
    full = AutoConfig.for_model(**config).to_dict()
    rope = full.get("rope_parameters") or {}
    legacy = {"rotary_pct": rope.get("partial_rotary_factor", 1.0), "n_ctx": full.get("n_positions", 0), "decoder_start_token_id": 0,
              "partial_rotary_factor": rope.get("partial_rotary_factor", 1.0), "original_max_position_embeddings":
              rope.get("original_max_position_embeddings", full.get("max_position_embeddings", 0))}
    complete = merged({k: v for k, v in legacy.items() if v is not None}, merged(full, config))
    if "VL" in config["architectures"][0]:  # sections of the rotary dimensions change no shape
        for part in (complete, complete.get("text_config", {})):
            part["rope_parameters"] = {"mrope_section": [24, 20, 20], **(part.get("rope_parameters") or {})}
    return complete


def merged(defaults, given):
    """The fields of both, those given before the defaults, in nested objects too."""
    result = {k: v for k, v in defaults.items() if v is not None}
    for key, value in given.items():
        result[key] = merged(result[key], value) if isinstance(value, dict) and isinstance(result.get(key), dict) else value
    return result


def sparse_safetensors(path, tensors):
    header, at = {}, 0
    for name, shape in tensors:
        size = 2
        for n in shape:
            size *= n
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        f.truncate(8 + len(text) + at)


def convert(name, config, folder, target):
    tensors = []
    for line in open(tables / f"{name}.published.tsv"):
        tensor, shape = line.rstrip("\n").split("\t")
        tensors.append((tensor, json.loads(shape)))
    config = {k: v for k, v in config.items() if k != "quantization_config"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer_config.json").write_text("{}")
    if "Qwen3VLMoe" in config["architectures"][0]:  # the published files have experts' inputs first
        tensors = [(n, [s[0], s[2], s[1]] if ".mlp.experts." in n else s) for n, s in tensors]
    sparse_safetensors(folder / "model.safetensors", tensors)
    words = next((shape[0] for name, shape in tensors if name.endswith(("embed_tokens.weight", "wte.weight"))), 0)
    vocabulary = {str(i): i for i in range(words)}
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary, "merges": []}, "added_tokens": []}))
    hparams = ModelBase.load_hparams(folder, False)
    architecture = get_model_architecture(hparams, ModelType.TEXT)
    cls = ModelBase.from_model_architecture(architecture, model_type=ModelType.TEXT)
    if hasattr(cls, "no_mtp"):  # the configuration of Qwen3-Next does not say how many layers predict further tokens
        cls.no_mtp = "Qwen3Next" in architecture
    with torch.inference_mode():
        model = cls(folder, gguf.LlamaFileType.MOSTLY_BF16, target, model_name=name)
        model.prepare_tensors()
        model.prepare_metadata(vocab_only=False)
    writer = model.gguf_writer
    count = sum(len(shard) for shard in writer.tensors)
    if not count:
        raise ValueError("no tensor of the language model was taken")
    writer.write_header_to_file(path=target)
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    data = sum((t.nbytes + 31) // 32 * 32 for shard in writer.tensors for t in shard.values())
    size = os.path.getsize(target)
    with open(target, "r+b") as f:
        f.truncate((size + 31) // 32 * 32 + data)
    return architecture, count


def attempt(name, config, folder):
    """The converter reads complete configurations best, and some only as transformers completes them."""
    target = out / f"{name}.gguf"
    target.unlink(missing_ok=True)
    try:
        conversion.base.AutoConfig = RawConfig
        return convert(name, with_defaults(config), folder, target)
    except NotImplementedError:
        raise
    except Exception:
        conversion.base.AutoConfig = AutoConfig
        return convert(name, config, folder, target)


out.mkdir(exist_ok=True)
for line in open(catalogue):
    if not line.startswith("{"):
        continue
    entry = json.loads(line)
    name = entry["name"]
    if "like" in entry or (wanted and name not in wanted):
        continue
    folder = Path(tempfile.mkdtemp(prefix="header-"))
    try:
        print("made", name, *attempt(name, entry["config"], folder), flush=True)
    except BaseException as e:
        print("FAILED", name, type(e).__name__, str(e).replace("\n", " ")[:200], flush=True)
        if wanted:
            traceback.print_exc()
    finally:
        shutil.rmtree(folder)
