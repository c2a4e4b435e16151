#!/usr/bin/env python3
"""Header-only GGUFs by llama.cpp's own converters: metadata and names are those of real files, tensors are shapes alone.

    llamacpp_headers.py SOURCE MODELS.jsonl FOLDER [MODEL...]

SOURCE is llama.cpp's tree; MODELS.jsonl is what LlamaCppPlans writes. `fix` gives back what a published repository says and
a configuration without its class's defaults does not. Called by llamacpp_memory.py.
"""
import sys, os, json, re, tempfile, traceback, logging, time
os.environ['HF_HUB_OFFLINE'] = '1'; os.environ['TRANSFORMERS_OFFLINE'] = '1'
SRC = sys.argv.pop(1)
sys.path.insert(0, SRC); sys.path.insert(1, SRC + '/gguf-py')
from pathlib import Path
import numpy as np, torch, gguf
import conversion
from conversion import ModelBase, get_model_class, get_model_architecture, LazyTorchTensor, ModelType
import conversion.base as base
logging.disable(logging.CRITICAL)
FT = {'f16': gguf.LlamaFileType.MOSTLY_F16, 'bf16': gguf.LlamaFileType.MOSTLY_BF16, 'f32': gguf.LlamaFileType.ALL_F32, 'q8_0': gguf.LlamaFileType.MOSTLY_Q8_0}[os.environ.get('FTYPE', 'f16')]
TOKENS = {}
def tokens(V):
    if V not in TOKENS:
        TOKENS.clear()
        TOKENS[V] = ['ab'] + ['t%d' % i for i in range(V - 1)]
    return TOKENS[V]
def byte_tokens(V):
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256)); m = []; n = 0
    for b in range(256):
        if b in keep: m.append(chr(b))
        else: m.append(chr(256 + n)); n += 1
    return (m + ['ab', '</s>', '<s>', '<unk>', '<|endoftext|>'] + ['<t%d>' % i for i in range(max(0, V - 261))])[:max(V, 257)]
EMB = re.compile(r'(embed_tokens|word_embeddings|wte|tok_embeddings|tokens_embed|embeddings\.word_embeddings|embedding\.word_embeddings|shared|embed_in|backbone\.embeddings|emb|embeddings\.tok_embeddings|token_emb|embeddings|embed)\.weight$')
def fix(name, arch, hp, tensors):
    t = hp.get('text_config', hp); rp = hp.get('rope_parameters') or {}
    if arch == 'GPTNeoXForCausalLM': hp.setdefault('rotary_pct', rp.get('partial_rotary_factor', 0.25))
    if arch == 'PhimoeForCausalLM' or arch == 'PhiMoEForCausalLM': hp['rope_parameters'].setdefault('original_max_position_embeddings', 4096)
    if arch == 'MiMoV2FlashForCausalLM': hp.setdefault('rope_parameters', {}).setdefault('partial_rotary_factor', 0.334)
    if arch in ('T5ForConditionalGeneration', 'T5EncoderModel'): hp.setdefault('decoder_start_token_id', 0)
    if arch == 'GPT2LMHeadModel': hp.setdefault('n_ctx', hp.get('n_positions', 1024))
    if arch == 'HunYuanMoEV1ForCausalLM':
        L = hp['num_hidden_layers']
        for k, v in (('moe_intermediate_size', hp.get('moe_intermediate_size', hp['intermediate_size'])), ('moe_topk', hp['moe_topk']), ('num_shared_expert', hp['num_shared_expert'])):
            hp[k] = v if isinstance(v, list) else [v] * L
    if arch == 'FalconForCausalLM' and hp.get('multi_query') and not hp.get('new_decoder_architecture'): hp['num_kv_heads'] = 1
    ren = []
    if arch.startswith(('Bert', 'Roberta', 'XLMRoberta')): hp.setdefault('type_vocab_size', 2)
    if 'VL' in arch and arch.startswith('Qwen'):
        for r in (hp, t): r.setdefault('rope_parameters', {}).setdefault('mrope_section', [24, 20, 20] if 'Qwen3' in arch else [16, 24, 24])
    if arch == 'NemotronForCausalLM' and name == 'minitron-8b': hp['head_dim'] = 128
    if arch == 'ModernBertForMaskedLM': hp.setdefault('layer_norm_eps', hp.get('norm_eps', 1e-5)); hp.setdefault('norm_eps', 1e-5)
    if arch.startswith('NemotronH'): hp['num_nextn_predict_layers'] = 0
    if arch.startswith('NemotronH') and 'E' not in (hp.get('hybrid_override_pattern') or 'E'): [hp.pop(k, None) for k in ('num_experts_per_tok', 'n_routed_experts', 'num_local_experts', 'num_experts', 'n_group', 'topk_group')]
    if arch.startswith('Qwen3VLMoe'):
        for n in list(tensors):
            if n.endswith(('experts.gate_up_proj', 'experts.down_proj')): e, a, b = tensors[n]; tensors[n] = (e, b, a)
    if arch.startswith('Gemma3n'):
        L = t['num_hidden_layers']; sh = t['num_kv_shared_layers']
        for i in range(L - sh, L):
            for n in list(tensors):
                if re.search(r'layers\.%d\.self_attn\.(k_proj|v_proj|k_norm)\.weight' % (i % 5), n): tensors.setdefault(n.replace('layers.%d.' % (i % 5), 'layers.%d.' % i), tensors[n])
    if arch.startswith('DeepseekV4'):
        hp['rope_parameters'] = hp.get('rope_parameters') or {}
        for n in list(tensors):
            m = n.removeprefix('model.').replace('embed_tokens.', 'embed.').replace('attn.norm.weight', 'attn.kv_norm.weight').replace('hc_head.hc_', 'hc_head_')
            tensors[m] = tensors.pop(n)
        for n in list(tensors):
            if 'shared_experts.w1' in n or re.search(r'experts\.\d+\.w1', n):
                o, i = tensors[n]; tensors.setdefault(n.replace('.w1.', '.w3.'), (o, i)); tensors.setdefault(n.replace('.w1.', '.w2.'), (i, o))
    if arch == 'KimiK25ForConditionalGeneration': ren = [('language_model.model.blocks.', 'language_model.model.layers.')]
    if arch == 'ModernBertForMaskedLM': tensors.pop('decoder.bias', None)
    for a, b in ren:
        for n in list(tensors):
            if n.startswith(a): tensors[b + n[len(a):]] = tensors.pop(n)
    if arch.startswith('MiniMaxM3'):
        for n in list(tensors):
            if re.search(r'block_sparse_moe\.(gate|up|down)_proj', n): tensors[n.replace('block_sparse_moe', 'mlp')] = tensors.pop(n)
def convert(d, out):
    tensors = {n: tuple(s) for n, s, b in d['tensors'] if not (b and ('inv_freq' in n or 'rotary' in n))}
    cfg = d['config']
    arch0 = d['architecture']; cfg = dict(cfg); cfg.setdefault('architectures', [arch0]); cfg['architectures'] = [arch0]
    with tempfile.TemporaryDirectory() as td:
        dm = Path(td); (dm / 'config.json').write_text(json.dumps(cfg))
        try: hp = ModelBase.load_hparams(dm, False)
        except Exception: hp = cfg
        # a real config.json holds what the class dumps; defaults of ours fill the rest
        def fill(a, b):
            for k, v in b.items():
                if k not in a or a[k] is None: a[k] = v
                elif isinstance(v, dict) and isinstance(a[k], dict): fill(a[k], v)
        fill(hp, cfg)
        if 'text_config' in hp and isinstance(hp['text_config'], dict) and not hp['text_config'].get('architectures'): hp['text_config'].pop('architectures', None)
        try: arch = get_model_architecture(hp, ModelType.TEXT)
        except Exception: arch = arch0
        cls = None
        for a in (arch, arch0):
            try: cls = get_model_class(a); break
            except NotImplementedError: pass
        if cls is None: return 'unsupported'
        V = max([s[0] for n, s in tensors.items() if len(s) == 2 and EMB.search(n) and 'position' not in n and 'vision' not in n and 'token_type' not in n] or [hp.get('vocab_size') or hp.get('text_config', {}).get('vocab_size') or 32000])
        fix(d['name'], arch0, hp, tensors)
        (dm / 'tokenizer.json').write_text(json.dumps({'model': {'vocab': {str(i): i for i in range(V)} if 'emma' in arch0 else {}}, 'added_tokens': []}))
        def index(self, remote_hf_model_id=None):
            r = {}
            for n, s in tensors.items():
                g = lambda s=s: LazyTorchTensor(meta=LazyTorchTensor.meta_with_dtype_and_shape(torch.float16, s), args=(s,), func=lambda s: torch.zeros(s, dtype=torch.float16))
                t = self.filter_tensors((n, g))
                if t: r[t[0]] = t[1]
            return r
        def vocab(self):
            w = self.gguf_writer
            if 'tokenizer.ggml.model' in w.kv_data[0]: return
            bert = 'bert' in self.gguf_writer.arch
            w.add_tokenizer_model('gpt2'); w.add_tokenizer_pre('qwen2'); t = byte_tokens(V); w.add_token_list(t); w.add_token_types([1] * len(t)); w.add_token_merges(['a b']); w.add_bos_token_id(0); w.add_eos_token_id(1)
            if 'bert' in w.arch: w.add_token_type_count(max([s[0] for n, s in tensors.items() if 'token_type_emb' in n] or [1]))
            if w.arch == 'nemotron': w.add_key_length(hp['head_dim']); w.add_value_length(hp['head_dim'])
            if f'{w.arch}.vocab_size' not in w.kv_data[0]: w.add_vocab_size(V)
        sub = type('Sub', (cls,), {'set_vocab': vocab, 'model_arch': cls.model_arch, '_set_vocab_gpt2': vocab, '_set_vocab_sentencepiece': vocab, '_set_vocab_llama_hf': vocab, '_set_vocab_qwen': vocab, '_create_vocab_sentencepiece': vocab})
        base.ModelBase.index_tensors = index
        def mx(self, bid, proj, key):
            E = self.hparams['n_routed_experts']; o, i = tensors[f'layers.{bid}.ffn.experts.0.{proj}.weight']
            self.gguf_writer.add_tensor(self.format_tensor_name(key, bid), gguf.LazyNumpyTensor(meta=gguf.LazyNumpyTensor.meta_with_dtype_and_shape(np.uint8, (E, o, i // 32 * 17)), args=(), func=lambda: None), raw_dtype=gguf.GGMLQuantizationType.MXFP4)
            return [f'layers.{bid}.ffn.experts.{e}.{proj}.weight' for e in range(E)]
        sub._write_mxfp4_expert_tensor = mx
        if getattr(cls, 'supports_mtp_export', False): sub.no_mtp = True
        m = sub(dm, FT, Path(out), model_name=d['name'], hparams=hp)
        m.hf_arch = getattr(m, 'hf_arch', arch)
        m.prepare_tensors()
        m.prepare_metadata(vocab_only=False)
        w = m.gguf_writer
        if 'tokenizer.ggml.model' not in w.kv_data[0]: vocab(m)
        w.write_header_to_file(path=Path(out)); w.write_kv_data_to_file(); w.write_ti_data_to_file()
        tot = sum((t.nbytes + 31) // 32 * 32 for t in w.tensors[0].values())
        for f in w.fout: f.flush(); f.close()
        size = os.path.getsize(out); al = (size + 31) // 32 * 32
        with open(out, 'r+b') as f: f.truncate(al + tot)
        return w.arch
if __name__ == '__main__':
    dump, outd = sys.argv[1:3]; only = set(sys.argv[3:]); os.makedirs(outd, exist_ok=True)
    with torch.inference_mode():
        for line in open(dump):
            name = line[9:line.index('"', 9)]
            if only and name not in only: continue
            d = json.loads(line); out = f'{outd}/{name}.gguf'
            if 'error' in d: print(json.dumps({'name': name, 'error': 'blueprint ' + d['error']})); continue
            if os.path.exists(out) and not only: continue
            t0 = time.time()
            try: r = convert(d, out); print(json.dumps({'name': name, 'result': r, 's': round(time.time() - t0, 1)}), flush=True)
            except Exception as e:
                if os.path.exists(out): os.remove(out)
                tb = traceback.extract_tb(e.__traceback__)[-1]
                print(json.dumps({'name': name, 'error': f'{type(e).__name__}: {e}'[:300], 'at': f'{os.path.basename(tb.filename)}:{tb.lineno}'}), flush=True)
