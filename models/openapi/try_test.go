package openapi
import ("testing";"os";"time";"encoding/json";"runtime")
func TestTry(t *testing.T){
 f := os.Getenv("DOC")
 b,_:=os.ReadFile(f); t0:=time.Now(); l,err:=Load(b); t.Log(f,len(b),err,time.Since(t0)); if l==nil {return}
 t1:=time.Now(); d:=Reduce(l); t.Log("reduce",time.Since(t1))
 var m runtime.MemStats; runtime.ReadMemStats(&m); t.Log("sys",m.Sys>>20,"heap",m.HeapAlloc>>20)
 j,_:=json.Marshal(d); t.Log(l.Spec,len(d.Operations),len(d.Schemas),len(j)); 
 for _,u := range d.Outline.Unsupported { t.Log(u) }
 most,who:=0,""
 for _,o:=range d.Operations { j,_:=json.Marshal(o); if len(j)>most {most,who=len(j),o.ID} }
 t.Log(most,who)
 if os.Getenv("SHOW")!="" { j,_:=json.MarshalIndent(d,""," "); os.Stdout.Write(j) }
}
