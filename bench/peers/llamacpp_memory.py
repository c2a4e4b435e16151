#!/usr/bin/env python3
"""Holds plans of llama.cpp's memory against llama.cpp itself, to the byte, for every known model that its converter accepts.

    python3 bench/peers/llamacpp_memory.py FOLDER CLASSPATH [--config] [MODEL...]

FOLDER keeps what is fetched and made: the libraries and the source of llama.cpp v0.5.0 (npm node-llama-cpp 3.22.1) and one
header-only file for each model, written by llama.cpp's own converter over the tensors of our blueprints. CLASSPATH is
that of the bench module. --config plans by the catalogue's configuration rather than by reading those files. Needs npm, git,
g++, java 25 on the path, and a Python with torch, transformers, gguf and numpy. Devices pretend to be of CUDA.
"""
import collections, json, os, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = "node-llama-cpp@3.22.1"
LOADINGS = ["", "gpus=1", "gpus=2 mem=24576,12288", "gpus=1 ngl=10 ncmoe=3", "gpus=3 split=3,1,2"]
CONTEXTS = [
    "c=4096", "c=33000 np=4", "c=32768 np=4 unified=1", "c=8192 ub=2048", "c=8192 fa=0",
    "c=16384 ctk=q8_0 ctv=q8_0", "c=2048 np=2 swafull=1", "c=65536 kvo=0 b=256 ub=128",
]
COMPONENTS = ("weights", "kv_cache", "recurrent_state")


def prepare(folder):
    """Fetches libraries and source once, and builds the driver."""
    os.makedirs(folder, exist_ok=True)
    modules = os.path.join(folder, "node_modules")
    if not os.path.isdir(modules):
        subprocess.run(["npm", "install", "--prefix", folder, "--ignore-scripts", PACKAGE], check=True)
    source = os.path.join(folder, "src")
    if not os.path.isdir(source):
        bundle = os.path.join(modules, "node-llama-cpp", "llama", "gitRelease.bundle")
        subprocess.run(["git", "clone", "-q", bundle, source], check=True)
    libraries = os.path.join(modules, "@node-llama-cpp", "linux-x64", "bins", "linux-x64")
    driver = os.path.join(folder, "llamacpp_memory")
    includes = ["-I" + os.path.join(source, path) for path in ("include", "src", "ggml/include", "ggml/src")]
    subprocess.run(
        ["g++", "-std=c++17", "-O1", '-DLIBDIR="%s"' % libraries, *includes, os.path.join(HERE, "llamacpp_memory.cpp"),
         "-o", driver, "-L" + libraries, "-l:libllama.v0.5.0.so", "-l:libggml.v0.5.0.so", "-l:libggml-base.so",
         "-Wl,-rpath," + libraries], check=True)
    return source, driver


def java(classpath, *arguments, text=None):
    command = ["java", "-cp", classpath, "dev.weighbridge.bench.LlamaCppPlans", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def headers(folder, source, classpath, wanted):
    """One header-only file for each known model; names of those that llama.cpp's converter does not accept are left out."""
    target = os.path.join(folder, "headers")
    os.makedirs(target, exist_ok=True)
    models = os.path.join(folder, "models.jsonl")
    with open(models, "w") as file:
        file.write(java(classpath, "models"))
    subprocess.run([sys.executable, os.path.join(HERE, "llamacpp_headers.py"), source, models, target, *wanted], check=True)
    names = wanted or sorted(name[:-5] for name in os.listdir(target) if name.endswith(".gguf"))
    return [os.path.join(target, name + ".gguf") for name in names if os.path.exists(os.path.join(target, name + ".gguf"))]


def answers(output):
    return [json.loads(line) for line in output.splitlines() if line.startswith('{"cmd"')]


def oracle(driver, lines):
    """Answers of llama.cpp; where it gives up on a line, the rest is asked anew."""
    output = []
    while len(output) < len(lines):
        rest = lines if not output else [lines[0]] + lines[len(output):]
        found = answers(subprocess.run([driver], input="\n".join(rest) + "\n", capture_output=True, text=True).stdout)
        output += found[1:] if output else found
        if len(output) < len(lines):
            output.append({"error": "gave up"})
    return output


def by_place(buffers):
    total = collections.Counter()
    for name, size in buffers.items():
        total[name if name.startswith("CUDA") and name != "CUDA_Host" else "host"] += size
    return {name: size for name, size in total.items() if size}


def allocated(answer):
    """Bytes by component and place, as a plan has them. What is neither cache nor index is state."""
    cache, state = collections.Counter(), collections.Counter()
    for name, buffers in answer["parts"].items():
        if name != "all":
            (state if name == "rs" else cache).update(by_place(buffers))
    if "all" in answer["parts"]:
        state = collections.Counter(by_place(answer["parts"]["all"]))
        state.subtract(cache)
    kept = lambda counter: {name: size for name, size in counter.items() if size}
    return {"weights": by_place(answer["model"]), "kv_cache": kept(cache), "recurrent_state": kept(state)}


def architecture(path):
    with open(path, "rb") as file:
        head = file.read(4096)
    at = head.index(b"general.architecture") + 20 + 4
    length = int.from_bytes(head[at:at + 8], "little")
    return head[at + 8:at + 8 + length].decode()


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--config"]
    folder, classpath, wanted = os.path.abspath(arguments[0]), arguments[1], arguments[2:]
    source, driver = prepare(folder)
    files = headers(folder, source, classpath, wanted)
    groups = [["load " + (file + " " + loading).strip()] + ["ctx " + context for context in CONTEXTS]
              for file in files for loading in LOADINGS]
    mode = ["config"] if "--config" in sys.argv else []
    plans = iter(answers(java(classpath, *mode, text="\n".join(line for group in groups for line in group) + "\n")))
    equal, asked, models = collections.Counter(), collections.Counter(), collections.defaultdict(set)
    for group in groups:
        path = group[0].split()[1]
        name = architecture(path)
        models[name].add(path)
        for line, real, plan in zip(group, oracle(driver, group), [next(plans) for _ in group]):
            if not line.startswith("ctx") or "error" in real:
                continue
            truth = allocated(real)
            for component in COMPONENTS:
                asked[name, component] += 1
                if plan.get(component) == truth[component]:
                    equal[name, component] += 1
                else:
                    print("differs:", group[0].split("/")[-1], line, component, truth[component], plan.get(component, plan))
    print("| Architecture | Models | Weights | Keys and values | State |\n|---|---|---|---|---|")
    for name in sorted(models):
        cells = ["%d of %d" % (equal[name, component], asked[name, component]) for component in COMPONENTS]
        print("| %s | %d | %s |" % (name, len(models[name]), " | ".join(cells)))
    totals = ["%d of %d" % tuple(sum(count for (_, part), count in counter.items() if part == component)
                                 for counter in (equal, asked)) for component in COMPONENTS]
    print("| all | %d | %s |" % (len(files), " | ".join(totals)))


if __name__ == "__main__":
    main()
