#!/usr/bin/env python3
"""Holds the type of every tensor at every file type against llama.cpp's own quantiser.

    python3 bench/peers/quantize_types.py LIBRARIES TABLES HEADERS [MODEL...]

LIBRARIES is the folder of libllama.so (npm @node-llama-cpp/linux-x64: bins/linux-x64), TABLES what dev.weighbridge.bench.MixtureTables
wrote, HEADERS what bench/peers/gguf_headers.py made. Every header is quantised in a dry run, with and without an importance matrix, and
the types it logs are compared name by name. Prints a line for each model and the sums; exits with 1 on any difference.
"""
import ctypes as c, glob, json, os, re, sys

libraries, tables, headers = sys.argv[1:4]
wanted = sys.argv[4:]
CODES = dict(F32=0, F16=1, BF16=32, Q4_0=2, Q4_1=3, Q5_0=8, Q5_1=9, Q8_0=7, Q2_K=10, Q2_K_S=21, Q3_K_S=11, Q3_K_M=12, Q3_K_L=13, Q4_K_S=14,
    Q4_K_M=15, Q5_K_S=16, Q5_K_M=17, Q6_K=18, IQ1_S=24, IQ1_M=31, IQ2_XXS=19, IQ2_XS=20, IQ2_S=28, IQ2_M=29, IQ3_XXS=23, IQ3_XS=22, IQ3_S=26,
    IQ3_M=27, IQ4_XS=30, IQ4_NL=25, TQ1_0=36, TQ2_0=37, MXFP4_MOE=38, Q1_0=40, Q2_0=41)


class Parameters(c.Structure):
    _fields_ = [("nthread", c.c_int32), ("ftype", c.c_int), ("output_tensor_type", c.c_int), ("token_embedding_type", c.c_int),
        ("allow_requantize", c.c_bool), ("quantize_output_tensor", c.c_bool), ("only_copy", c.c_bool), ("pure", c.c_bool),
        ("keep_split", c.c_bool), ("dry_run", c.c_bool), ("imatrix", c.c_void_p), ("kv_overrides", c.c_void_p),
        ("tt_overrides", c.c_void_p), ("prune_layers", c.c_void_p), ("max_buf_size", c.c_size_t)]


class Importance(c.Structure):
    _fields_ = [("name", c.c_char_p), ("data", c.POINTER(c.c_float)), ("size", c.c_size_t)]


def load(stem):
    found = [f for f in glob.glob(f"{libraries}/{stem}*.so*")]
    return c.CDLL(sorted(found)[0], mode=c.RTLD_GLOBAL)


load("libggml-base")
load("libggml.")
llama = load("libllama.")
llama.llama_model_quantize_default_params.restype = Parameters
llama.llama_model_quantize.argtypes = [c.c_char_p, c.c_char_p, c.POINTER(Parameters)]
llama.llama_model_quantize.restype = c.c_uint32
LOG = c.CFUNCTYPE(None, c.c_int, c.c_char_p, c.c_void_p)
log = []
callback = LOG(lambda level, text, _: log.append(text.decode(errors="replace")))
llama.llama_log_set(callback, None)
llama.llama_backend_init()
value = (c.c_float * 1)(1.0)
importance = (Importance * 2)(Importance(b"none", value, 1), Importance(None, None, 0))
LINE = re.compile(r"\[ *\d+/ *\d+\] +(\S+) +- \[([\d, ]+)\], type = +(\S+), size = +[\d.]+ MiB(?: -> +[\d.]+ MiB \((\S+)\))?")


def quantized(path, code, matrix):
    parameters = llama.llama_model_quantize_default_params()
    parameters.ftype, parameters.dry_run = code, True
    parameters.only_copy = code in (0, 1, 32)  # plain files are the converter's
    if matrix:
        parameters.imatrix = c.addressof(importance)
    log.clear()
    if llama.llama_model_quantize(path.encode(), b"/dev/null", c.byref(parameters)):
        return "".join(log)[-300:]
    plain = {0: "F32", 1: "F16", 32: "BF16"}
    return {m[1]: (plain.get(code, "") if m[3] == "bf16" and code in plain else (m[4] or m[3]).upper(), [int(n) for n in m[2].split(",")]) for m in LINE.finditer("".join(log))}


def elements(shape):
    product = 1
    for n in shape:
        product *= n
    return product


def trimmed(shape):
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


total = wrong = models = same = 0
for path in sorted(glob.glob(f"{headers}/*.gguf")):
    name = os.path.basename(path)[:-5]
    if wanted and name not in wanted:
        continue
    lines = [l.rstrip("\n").split("\t") for l in open(f"{tables}/{name}.types.tsv")]
    columns = lines[0][2:]
    ours = {l[0]: (trimmed(json.loads(l[1])[::-1]), l[2:]) for l in lines[1:]}
    notes, differing, compared, refused = {}, 0, 0, ""
    for i, column in enumerate(columns):
        kind = column.rstrip("+")
        theirs = quantized(path, CODES[kind], column.endswith("+"))
        if isinstance(theirs, str):
            if all(types[i] == "-" for _, types in ours.values()):
                compared += len(ours)
                continue
            refused = theirs.strip().replace("\n", " ")
            break
        for tensor in ours.keys() | theirs.keys():
            compared += 1
            if tensor not in theirs:
                note = "only here " + re.sub(r"\.\d+\.", ".N.", tensor)
            elif tensor not in ours:
                note = "only there " + re.sub(r"\.\d+\.", ".N.", tensor) + " " + theirs[tensor][0] + str(theirs[tensor][1])
            elif elements(theirs[tensor][1]) != elements(ours[tensor][0]) or (
                    theirs[tensor][0] != "F32" and trimmed(theirs[tensor][1]) != ours[tensor][0]):
                note = "shape " + re.sub(r"\.\d+\.", ".N.", tensor) + f" {ours[tensor][0]} here {theirs[tensor][1]} there"
            elif theirs[tensor][0] != ours[tensor][1][i]:
                note = f"{column} " + re.sub(r"\.\d+\.", ".N.", tensor) + f" {ours[tensor][1][i]} here {theirs[tensor][0]} there"
            else:
                continue
            differing += 1
            notes[note] = notes.get(note, 0) + 1
    if refused:
        print(f"REFUSED {name}: {refused}")
        continue
    models += 1
    same += not differing
    total += compared
    wrong += differing
    print(f"{'equal' if not differing else 'DIFFERS':8} {name}: {compared} types, {differing} differ", flush=True)
    for note in sorted(notes, key=notes.get, reverse=True)[: int(os.environ.get("NOTES", 12))]:
        print(f"         {notes[note]:6} {note}")
print(f"{same} of {models} models equal; {total - wrong} of {total} types of tensors equal")
sys.exit(wrong > 0)
