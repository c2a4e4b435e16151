#!/usr/bin/env python3
"""Times reading one header as a whole process: weigh beside gguf-py, the safetensors Python library and @huggingface/gguf.

    python3 bench/peers/headers.py PYTHON [RUNS]

PYTHON is an interpreter with gguf, safetensors and numpy; npm is used to install @huggingface/gguf into a temporary folder.
The files are made here: a GGUF header with 150,000 tokens and 291 tensors, a safetensors header with 18,000 tensors, and
5,000 small safetensors files for one call. Data is sparse. Runs alternate; medians and ratios are printed.
"""
import json, os, statistics, struct, subprocess, sys, tempfile, time

python = sys.argv[1]
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 11
weigh = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "weigh")
folder = tempfile.mkdtemp(prefix="weigh-bench-")


def gguf_file(path, tokens=150_000, layers=32, width=4096):
    def text(value):
        data = value.encode()
        return struct.pack("<Q", len(data)) + data

    def entry(key, kind, payload):
        return text(key) + struct.pack("<I", kind) + payload

    names = b"".join(text("tok%d" % i) for i in range(tokens))
    merges = b"".join(text("tok%d tok%d" % (i, i + 1)) for i in range(tokens))
    metadata = [
        entry("general.architecture", 8, text("llama")),
        entry("llama.block_count", 4, struct.pack("<I", layers)),
        entry("llama.embedding_length", 4, struct.pack("<I", width)),
        entry("llama.feed_forward_length", 4, struct.pack("<I", 14336)),
        entry("llama.attention.head_count", 4, struct.pack("<I", 32)),
        entry("llama.attention.head_count_kv", 4, struct.pack("<I", 8)),
        entry("llama.attention.layer_norm_rms_epsilon", 6, struct.pack("<f", 1e-5)),
        entry("tokenizer.ggml.tokens", 9, struct.pack("<IQ", 8, tokens) + names),
        entry("tokenizer.ggml.token_type", 9, struct.pack("<IQ", 5, tokens) + b"\x01\0\0\0" * tokens),
        entry("tokenizer.ggml.merges", 9, struct.pack("<IQ", 8, tokens) + merges),
    ]
    shapes = [("token_embd.weight", (width, tokens)), ("output_norm.weight", (width,)), ("output.weight", (width, tokens))]
    for i in range(layers):
        for name, shape in (("attn_norm", (width,)), ("attn_q", (width, width)), ("attn_k", (width, 1024)), ("attn_v", (width, 1024)),
                            ("attn_output", (width, width)), ("ffn_norm", (width,)), ("ffn_gate", (width, 14336)), ("ffn_up", (width, 14336)),
                            ("ffn_down", (14336, width))):
            shapes.append(("blk.%d.%s.weight" % (i, name), shape))
    infos, offset = b"", 0
    for name, shape in shapes:
        infos += text(name) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", d) for d in shape) + struct.pack("<IQ", 1, offset)
        size = 2
        for d in shape:
            size *= d
        offset += -(-size // 32) * 32
    head = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(metadata)) + b"".join(metadata) + infos
    head += b"\0" * (-len(head) % 32)
    with open(path, "wb") as f:
        f.write(head)
        f.truncate(len(head) + offset)


def safetensors_file(path, tensors, shape=(16, 16)):
    size = 2
    for d in shape:
        size *= d
    header = {"model.layers.%d.mlp.experts.%d.up_proj.weight" % (i // 300, i % 300): {"dtype": "BF16", "shape": list(shape), "data_offsets": [i * size, (i + 1) * size]}
              for i in range(tensors)}
    data = json.dumps(header).encode()
    data += b" " * (-len(data) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(data)) + data)
        f.truncate(8 + len(data) + tensors * size)


def timed(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare(title, ours, peers):
    everyone = [("weigh", ours)] + peers
    times = {name: [] for name, _ in everyone}
    for name, command in everyone:
        timed(command)
    for _ in range(runs):
        for name, command in everyone:
            times[name].append(timed(command))
    base = statistics.median(times["weigh"])
    for name, _ in everyone:
        median = statistics.median(times[name])
        print("%-34s %-18s median %.3f s  min %.3f s  %.1f x weigh" % (title, name, median, min(times[name]), median / base), flush=True)


gguf = os.path.join(folder, "model.gguf")
tensors = os.path.join(folder, "model.safetensors")
gguf_file(gguf)
safetensors_file(tensors, 18_000)
subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "@huggingface/gguf"], check=True)
script = os.path.join(folder, "read.mjs")
with open(script, "w") as f:
    f.write('import { gguf } from "@huggingface/gguf"; const r = await gguf(process.argv[2], { allowLocalFile: true }); console.log(r.tensorInfos.length);')

compare("GGUF, 150,000 tokens", [weigh, "inspect", "--json", gguf],
        [("gguf-py", [python, "-c", "import gguf; print(len(gguf.GGUFReader(%r).tensors))" % gguf]),
         ("@huggingface/gguf", ["node", script, gguf])])
compare("safetensors, 18,000 tensors", [weigh, "inspect", "--json", tensors],
        [("safetensors", [python, "-c", "from safetensors import safe_open\nf=safe_open(%r,'np')\nprint(sum(len(f.get_slice(k).get_shape()) for k in f.keys()))" % tensors])])
usual = os.path.join(folder, "usual.safetensors")
safetensors_file(usual, 400, (1024, 1024))
compare("safetensors, 400 tensors", [weigh, "inspect", "--json", usual],
        [("safetensors", [python, "-c", "from safetensors import safe_open\nf=safe_open(%r,'np')\nprint(sum(len(f.get_slice(k).get_shape()) for k in f.keys()))" % usual])])
times = sorted(timed([weigh, "--version"]) for _ in range(runs))
print("weigh --version: median %.3f s, min %.3f s" % (statistics.median(times), times[0]))

many = os.path.join(folder, "many")
os.mkdir(many)
for i in range(5_000):
    safetensors_file(os.path.join(many, "m%04d.safetensors" % i), 20)
for count in (1_000, 5_000):
    start = time.perf_counter()
    process = subprocess.Popen([weigh, "inspect", "--json"] + [os.path.join(many, "m%04d.safetensors" % i) for i in range(count)], stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    print("%d headers in one call: %.2f s, %.0f a second, peak %d MiB" % (count, seconds, count / seconds, usage.ru_maxrss // 1024))
