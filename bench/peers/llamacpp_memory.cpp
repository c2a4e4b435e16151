// What llama.cpp itself would allocate for header-only GGUFs: libllama v0.5.0 of npm node-llama-cpp 3.22.1 in no_alloc mode.
// Built and fed by llamacpp_memory.py. Figures are those of llama_get_memory_breakdown.
// stdin, one command a line; stdout, one JSON line per command that prints. Options of a line are reset to defaults each time.
//   load PATH [ngl=N] [ncmoe=N] [mmap=0|1] [extra=0|1] [gpus=N] [split=a,b,..] [mem=MiB,MiB] [nohost=0|1] [mtp=0|1] [sm=layer|none|row]
//   ctx  [c=4096] [b=2048] [ub=512] [np=1] [unified=0|1] [fa=1|0|-1] [ctk=f16] [ctv=f16] [kvo=1] [swafull=0] [opo=1] [emb=0] [pool=-1] [nout=0] [rs=0]
// GPUs are pretend CUDA devices ("CUDA0"..): buffer type alignment 128, quantised rows padded to 512 elements, host buffer CUDA_Host.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>
#include <map>
#include <sstream>
#include <iostream>
#include <unistd.h>
#include "llama.h"
#include "llama-ext.h"
#include "ggml-backend.h"
#include "ggml-backend-impl.h"
#include "ggml-impl.h"
#include "llama-memory.h"
#include "llama-kv-cache.h"
#include "llama-kv-cache-iswa.h"
#include "llama-kv-cache-dsa.h"
#include "llama-kv-cache-dsa-iswa.h"
#include "llama-kv-cache-dsv4.h"
#include "llama-kv-cache-msa.h"
#include "llama-memory-hybrid.h"
#include "llama-memory-hybrid-iswa.h"
#include "llama-memory-hybrid-idx.h"
#include "llama-memory-recurrent.h"

static std::string logs; static bool verbose;
static void logcb(enum ggml_log_level l, const char *s, void *) {
  if (verbose) fputs(s, stderr);
  if (l == GGML_LOG_LEVEL_ERROR || l == GGML_LOG_LEVEL_WARN) logs += s;
  else if (strstr(s, "output buffer size")) logs += s;
}
static double outMiB = -1; static std::string outLine;

// ---- pretend GPU ----
struct FakeDev { int id; std::string name; size_t mem; ggml_backend_device dev; ggml_backend_buffer_type buft; };
static std::vector<FakeDev*> fakes; static ggml_backend_reg fakeReg; static ggml_backend_buffer_type hostBuft;
static int gpuCount = 0;
static size_t gpuFreeDefault = (size_t)24 << 30;
static std::string fakeOff; // ops refused, comma separated
static const char* bname(ggml_backend_buffer_type_t b){ return ((FakeDev*)b->context)->name.c_str(); }
struct BufCtx { void* base; };
static void bfree(ggml_backend_buffer_t b){ (void)b; }
static void* bbase(ggml_backend_buffer_t b){ (void)b; return (void*)0x1000; }
static ggml_status binit(ggml_backend_buffer_t, ggml_tensor*){ return GGML_STATUS_SUCCESS; }
static void bmemset(ggml_backend_buffer_t, ggml_tensor*, uint8_t, size_t, size_t){}
static void bset(ggml_backend_buffer_t, ggml_tensor*, const void*, size_t, size_t){}
static void bget(ggml_backend_buffer_t, const ggml_tensor*, void*, size_t, size_t){}
static void bclear(ggml_backend_buffer_t, uint8_t){}
static ggml_backend_buffer_t balloc(ggml_backend_buffer_type_t t, size_t size){
  ggml_backend_buffer_i i{}; i.free_buffer=bfree; i.get_base=bbase; i.init_tensor=binit; i.memset_tensor=bmemset; i.set_tensor=bset; i.get_tensor=bget; i.clear=bclear;
  return ggml_backend_buffer_init(t, i, nullptr, size); }
static size_t balign(ggml_backend_buffer_type_t){ return 128; }
static size_t ballocsize(ggml_backend_buffer_type_t, const ggml_tensor* t){
  size_t s = ggml_nbytes(t);
  if (ggml_is_quantized(t->type) && t->ne[0] % 512) s += ggml_row_size(t->type, 512 - t->ne[0] % 512);
  return s; }
static const char* hname(ggml_backend_buffer_type_t){ return "CUDA_Host"; }
static ggml_backend_buffer_t halloc(ggml_backend_buffer_type_t, size_t size){ ggml_backend_buffer_t b = ggml_backend_buft_alloc_buffer(ggml_backend_cpu_buffer_type(), size); if (b) b->buft = &hostBuft; return b; }
static const char* kname(ggml_backend_t b){ return ((FakeDev*)b->context)->name.c_str(); }
static void kfree(ggml_backend_t b){ delete b; }
static void ksync(ggml_backend_t){}
static void kset(ggml_backend_t, ggml_tensor*, const void*, size_t, size_t){}
static void kget(ggml_backend_t, const ggml_tensor*, void*, size_t, size_t){}
static bool kcpy(ggml_backend_t, ggml_backend_t, const ggml_tensor*, ggml_tensor*){ return true; }
static ggml_status kcompute(ggml_backend_t, ggml_cgraph*){ return GGML_STATUS_SUCCESS; }
static void krec(ggml_backend_t, ggml_backend_event_t){}
static void kwait(ggml_backend_t, ggml_backend_event_t){}
static const char* dname(ggml_backend_dev_t d){ return ((FakeDev*)d->context)->name.c_str(); }
static void dmem(ggml_backend_dev_t d, size_t* f, size_t* t){ *f = ((FakeDev*)d->context)->mem; *t = *f; }
static enum ggml_backend_dev_type dtype(ggml_backend_dev_t){ return GGML_BACKEND_DEVICE_TYPE_GPU; }
static void dprops(ggml_backend_dev_t d, ggml_backend_dev_props* p){ memset(p,0,sizeof *p); p->name=dname(d); p->description=dname(d); p->type=GGML_BACKEND_DEVICE_TYPE_GPU; dmem(d,&p->memory_free,&p->memory_total); p->device_id = nullptr;
  p->caps.async=true; p->caps.host_buffer=true; p->caps.buffer_from_host_ptr=false; p->caps.events=true; }
static ggml_guid guid = {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16};
static ggml_backend_t dinit(ggml_backend_dev_t d, const char*){ auto* b = new ggml_backend{}; b->guid=&guid; b->device=d; b->context=d->context; auto&i=b->iface;
  i.get_name=kname; i.free=kfree; i.set_tensor_async=kset; i.get_tensor_async=kget; i.cpy_tensor_async=kcpy; i.synchronize=ksync; i.graph_compute=kcompute; i.event_record=krec; i.event_wait=kwait; return b; }
static ggml_backend_buffer_type_t dbuft(ggml_backend_dev_t d){ return &((FakeDev*)d->context)->buft; }
static ggml_backend_buffer_type_t dhost(ggml_backend_dev_t){ return &hostBuft; }
static bool dsupop(ggml_backend_dev_t d, const ggml_tensor* op){
  for (int i=0;i<GGML_MAX_SRC;i++) if (op->src[i] && op->src[i]->buffer) { auto* bt = op->src[i]->buffer->buft; for (auto* f : fakes) if (bt==&f->buft && f!=(FakeDev*)d->context) return false; }
  switch (op->op) { // the refusals that matter for weights and caches; refine here
    case GGML_OP_GET_ROWS: return op->src[0]->type != GGML_TYPE_NVFP4 && op->src[0]->type != GGML_TYPE_TQ1_0 && op->src[0]->type != GGML_TYPE_TQ2_0;
    case GGML_OP_MAP_CUSTOM1: case GGML_OP_MAP_CUSTOM2: case GGML_OP_MAP_CUSTOM3: case GGML_OP_CUSTOM: return false;
    default: return true; } }
static bool dsupbuft(ggml_backend_dev_t d, ggml_backend_buffer_type_t b){ return b == &((FakeDev*)d->context)->buft; }
static bool doff(ggml_backend_dev_t, const ggml_tensor* op){ int64_t n; switch(op->op){ case GGML_OP_GET_ROWS: n=0; break; case GGML_OP_MUL_MAT: n=op->ne[1]; break; case GGML_OP_MUL_MAT_ID: case GGML_OP_ROPE: n=op->ne[2]; break; default: n=ggml_nrows(op);} return n>=32; }
static ggml_backend_event_t evnew(ggml_backend_dev_t d){ return new ggml_backend_event{d,nullptr}; }
static void evfree(ggml_backend_dev_t, ggml_backend_event_t e){ delete e; }
static void evsync(ggml_backend_dev_t, ggml_backend_event_t){}
static const char* rname(ggml_backend_reg_t){ return "CUDA"; }
static size_t rcount(ggml_backend_reg_t){ return fakes.size(); }
static ggml_backend_dev_t rget(ggml_backend_reg_t, size_t i){ return &fakes[i]->dev; }
static void* rproc(ggml_backend_reg_t, const char*){ return nullptr; }
static void makeFakes(int n){
  hostBuft.iface = ggml_backend_cpu_buffer_type()->iface; hostBuft.iface.get_name=hname; hostBuft.iface.alloc_buffer=halloc;
  fakeReg.api_version=GGML_BACKEND_API_VERSION; fakeReg.iface={rname,rcount,rget,rproc};
  for (int i=0;i<n;i++){ auto* f=new FakeDev{}; f->id=i; f->name="CUDA"+std::to_string(i); f->mem=gpuFreeDefault;
    f->dev.iface.get_name=dname; f->dev.iface.get_description=dname; f->dev.iface.get_memory=dmem; f->dev.iface.get_type=dtype; f->dev.iface.get_props=dprops; f->dev.iface.init_backend=dinit;
    f->dev.iface.get_buffer_type=dbuft; f->dev.iface.get_host_buffer_type=dhost; f->dev.iface.supports_op=dsupop; f->dev.iface.supports_buft=dsupbuft; f->dev.iface.offload_op=doff;
    f->dev.iface.event_new=evnew; f->dev.iface.event_free=evfree; f->dev.iface.event_synchronize=evsync; f->dev.reg=&fakeReg; f->dev.context=f;
    f->buft.iface.get_name=bname; f->buft.iface.alloc_buffer=balloc; f->buft.iface.get_alignment=balign; f->buft.iface.get_alloc_size=ballocsize; f->buft.device=&f->dev; f->buft.context=f;
    fakes.push_back(f); }
  hostBuft.device = n ? &fakes[0]->dev : nullptr;
}
// ---- end of pretend GPU ----

static std::string esc(const std::string& s){ std::string r; for(char c: s){ if(c=='"'||c=='\\'){r+='\\';r+=c;} else if(c=='\n') r+="\\n"; else if((unsigned char)c<32) r+=' '; else r+=c;} return r; }
using BM = std::map<ggml_backend_buffer_type_t,size_t>;
static std::string js(const BM& m){ std::string r="{"; bool f=true; for(auto&[b,s]:m){ if(!f) r+=","; f=false; r+="\""+std::string(ggml_backend_buft_name(b))+"\":"+std::to_string(s);} return r+"}"; }
struct Parts { std::vector<std::pair<std::string,BM>> v; void add(const char* n, llama_memory_i* m){ if(m) v.push_back({n,m->memory_breakdown()}); } };
static std::string cells; static void cell(const char* n, llama_kv_cache* c){ if(c){ if(!cells.empty()) cells+=","; cells+="\""+std::string(n)+"\":"+std::to_string(c->get_size()); } }
static void kv(Parts& p, const char* n, llama_kv_cache* c){ p.add(n,c); cell(n,c); }
static void iswa(Parts& p, llama_kv_cache_iswa* m){ kv(p,"kv",m->get_base()); kv(p,"swa",m->get_swa()); }
static void walk(Parts& p, llama_memory_i* m){
  if(!m) return;
  if(auto*x=dynamic_cast<llama_kv_cache_iswa*>(m)) iswa(p,x);
  else if(auto*x=dynamic_cast<llama_kv_cache_dsa_iswa*>(m)){ kv(p,"kv",x->get_dsa()->get_mla()); kv(p,"idx",x->get_dsa()->get_lid()); kv(p,"swa",x->get_swa()); }
  else if(auto*x=dynamic_cast<llama_kv_cache_dsa*>(m)){ kv(p,"kv",x->get_mla()); kv(p,"idx",x->get_lid()); }
  else if(auto*x=dynamic_cast<llama_kv_cache_msa*>(m)){ kv(p,"kv",x->get_base()); kv(p,"idx",x->get_idx()); }
  else if(auto*x=dynamic_cast<llama_kv_cache_dsv4*>(m)){ iswa(p,x->get_raw()); kv(p,"csa",x->get_csa()); kv(p,"hca",x->get_hca()); kv(p,"idx",x->get_lid()); p.v.push_back({"all",m->memory_breakdown()}); }
  else if(auto*x=dynamic_cast<llama_memory_hybrid_idx*>(m)){ kv(p,"kv",x->get_mem_attn()); kv(p,"idx",x->get_mem_idx()); p.add("rs",x->get_mem_recr()); }
  else if(auto*x=dynamic_cast<llama_memory_hybrid_iswa*>(m)){ iswa(p,x->get_mem_attn()); p.add("rs",x->get_mem_recr()); }
  else if(auto*x=dynamic_cast<llama_memory_hybrid*>(m)){ kv(p,"kv",x->get_mem_attn()); p.add("rs",x->get_mem_recr()); }
  else if(auto*x=dynamic_cast<llama_memory_recurrent*>(m)) p.add("rs",x);
  else if(auto*x=dynamic_cast<llama_kv_cache*>(m)) kv(p,"kv",x);
  else p.add("other",m);
}
static ggml_type tp(const std::string& s){ for(int i=0;i<GGML_TYPE_COUNT;i++){ const char*n=ggml_type_name((ggml_type)i); if(n&&s==n) return (ggml_type)i;} fprintf(stderr,"type %s\n",s.c_str()); return GGML_TYPE_F16; }
struct Opt { std::map<std::string,std::string> m; std::string s(const char*k,const char*d){auto i=m.find(k);return i==m.end()?d:i->second;} long i(const char*k,long d){auto x=m.find(k);return x==m.end()?d:atol(x->second.c_str());} };

int main(int argc, char** argv) {
  verbose = getenv("VERB") != 0; setvbuf(stdout,0,_IOLBF,0);
  llama_log_set(logcb,0);
  std::string lib = getenv("LCLIB") ? getenv("LCLIB") : LIBDIR;
  const char* so = getenv("CPU_SO"); // e.g. libggml-cpu-haswell.so; default: best for this machine
  if (so) ggml_backend_load((lib+"/"+so).c_str()); else ggml_backend_load_all_from_path(lib.c_str());
  makeFakes(8); ggml_backend_register(&fakeReg);
  llama_backend_init();
  llama_model* model=nullptr; llama_context* ctx=nullptr; std::string line;
  while (std::getline(std::cin,line)) {
    std::istringstream in(line); std::string cmd; in>>cmd; if(cmd.empty()||cmd[0]=='#') continue;
    std::string path; if(cmd=="load") in>>path;
    Opt o; std::string kvs; while(in>>kvs){ auto e=kvs.find('='); if(e!=std::string::npos) o.m[kvs.substr(0,e)]=kvs.substr(e+1); }
    logs.clear();
    try {
    if(cmd=="load"){
      if(ctx){llama_free(ctx);ctx=nullptr;} if(model){llama_model_free(model);model=nullptr;}
      auto p=llama_model_default_params(); p.no_alloc=true; int g=o.i("gpus",0);
      p.load_mode = o.i("mmap",0) ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE;
      p.use_extra_bufts=o.i("extra",0); p.no_host=o.i("nohost",0); p.load_mtp=o.i("mtp",p.load_mtp); p.n_gpu_layers=o.i("ngl",g?-1:0);
      std::string sm=o.s("sm","layer"); p.split_mode = sm=="none"?LLAMA_SPLIT_MODE_NONE: sm=="row"?LLAMA_SPLIT_MODE_ROW:LLAMA_SPLIT_MODE_LAYER;
      static ggml_backend_dev_t devs[9]; for(int i=0;i<8;i++) devs[i]= i<g?&fakes[i]->dev:nullptr; devs[8]=nullptr; p.devices=devs;
      for(auto*f:fakes) f->mem=gpuFreeDefault; { std::istringstream ms(o.s("mem","")); std::string t; int i=0; while(std::getline(ms,t,',')&&i<8) fakes[i++]->mem=(size_t)atol(t.c_str())<<20; }
      static float ts[128]; memset(ts,0,sizeof ts); if(o.m.count("split")){ std::istringstream ss(o.s("split","")); std::string t; int i=0; while(std::getline(ss,t,',')&&i<8) ts[i++]=atof(t.c_str()); p.tensor_split=ts; }
      static std::vector<llama_model_tensor_buft_override> ov; static std::vector<std::string> pats; ov.clear(); pats.clear(); int nc=o.i("ncmoe",0); pats.reserve(nc);
      for(int i=0;i<nc;i++){ pats.push_back("blk\\."+std::to_string(i)+"\\.ffn_(up|down|gate|gate_up)_(ch|)exps"); ov.push_back({pats.back().c_str(),ggml_backend_cpu_buffer_type()}); }
      ov.push_back({nullptr,nullptr}); if(nc) p.tensor_buft_overrides=ov.data();
      model=llama_model_load_from_file(path.c_str(),p);
      if(!model) printf("{\"cmd\":\"load\",\"path\":\"%s\",\"error\":\"%s\"}\n",path.c_str(),esc(logs).c_str());
      else { char d[128]; llama_model_desc(model,d,128); BM mb; 
        // model buffers need a context for the public breakdown; model->memory_breakdown is not in a public header, so the next ctx prints them
        printf("{\"cmd\":\"load\",\"path\":\"%s\",\"desc\":\"%s\",\"size\":%zu,\"params\":%zu,\"layers\":%d,\"ctx_train\":%d,\"warn\":\"%s\"}\n",path.c_str(),esc(d).c_str(),(size_t)llama_model_size(model),(size_t)llama_model_n_params(model),llama_model_n_layer(model),llama_model_n_ctx_train(model),esc(logs).c_str()); }
    } else if(cmd=="ctx"){
      if(ctx){llama_free(ctx);ctx=nullptr;} if(!model){ printf("{\"cmd\":\"ctx\",\"error\":\"no model\"}\n"); continue; }
      auto p=llama_context_default_params(); p.n_ctx=o.i("c",4096); p.n_batch=o.i("b",2048); p.n_ubatch=o.i("ub",512); p.n_seq_max=o.i("np",1); p.kv_unified=o.i("unified",0); p.n_rs_seq=o.i("rs",0);
      p.n_outputs_max=o.i("nout",0);
      int fa=o.i("fa",1); p.flash_attn_type=(llama_flash_attn_type)fa; p.type_k=tp(o.s("ctk","f16")); p.type_v=tp(o.s("ctv","f16")); p.offload_kqv=o.i("kvo",1); p.swa_full=o.i("swafull",0); p.op_offload=o.i("opo",1);
      p.embeddings=o.i("emb",0); p.pooling_type=(enum llama_pooling_type)o.i("pool",-1);
      ctx=llama_init_from_model(model,p);
      if(!ctx){ printf("{\"cmd\":\"ctx\",\"opts\":\"%s\",\"error\":\"%s\"}\n",esc(line).c_str(),esc(logs).c_str()); continue; }
      auto b=llama_get_memory_breakdown(ctx); BM mm,cc,co; for(auto&[t,d]:b){ if(d.model)mm[t]+=d.model; if(d.context)cc[t]+=d.context; if(d.compute)co[t]+=d.compute; }
      Parts parts; cells.clear(); walk(parts,(llama_memory_i*)llama_get_memory(ctx)); std::string ps="{"; for(size_t i=0;i<parts.v.size();i++){ if(i)ps+=","; ps+="\""+parts.v[i].first+"\":"+js(parts.v[i].second);} ps+="}";
      double om=-1; char ob[32]="?"; auto at=logs.find("output buffer size"); if(at!=std::string::npos){ sscanf(logs.c_str()+at,"output buffer size = %lf",&om); auto c=logs.rfind(':',at); sscanf(logs.c_str()+c+1,"%31s",ob);} 
      std::string w=logs; 
      printf("{\"cmd\":\"ctx\",\"opts\":\"%s\",\"n_ctx\":%u,\"n_ctx_seq\":%u,\"model\":%s,\"context\":%s,\"parts\":%s,\"cells\":{%s},\"compute\":%s,\"output_MiB\":%.2f,\"output_in\":\"%s\"}\n",esc(line).c_str(),llama_n_ctx(ctx),llama_n_ctx_seq(ctx),js(mm).c_str(),js(cc).c_str(),ps.c_str(),cells.c_str(),js(co).c_str(),om,ob);
    }
    } catch(const std::exception& e){ printf("{\"cmd\":\"%s\",\"error\":\"%s | %s\"}\n",cmd.c_str(),esc(e.what()).c_str(),esc(logs).c_str()); }
  }
  fflush(stdout); _exit(0);
}
