package crash

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/faregate/faregate/cmd/faregate/demo"
	"github.com/faregate/faregate/e2e/program"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// answer is what a caller has received of a call.
type answer struct {
	id       models.CallID // 0 if the header did not come
	of       operation
	status   int
	upstream bool // it is the upstream's, not the gateway's own
	whole    bool // with its end mark
	charged  models.Nano
	told     bool // of the charge; an answer of a declared length that flows cannot tell
}

// load is the traffic of one round: callers who call as fast as they are answered, and somebody who gives credit.
type load struct {
	s       *series
	url     string // of the API
	portal  string
	client  *http.Client
	running sync.WaitGroup
	ended   chan struct{} // closed when nobody need call any more

	mu      sync.Mutex
	answers []answer
	grants  map[string]bool // by token: whether the portal said that it was given
}

const callers = 24

// load begins to call.
func (s *series) load() *load {
	l := &load{
		s: s, url: s.MineURL, portal: s.PortalURL, ended: make(chan struct{}), grants: map[string]bool{},
		client: &http.Client{Timeout: program.Patience, Transport: &http.Transport{MaxIdleConnsPerHost: callers, DisableCompression: true}},
	}
	for i := range callers {
		random := rand.New(rand.NewPCG(s.random.Uint64(), s.random.Uint64()))
		l.running.Go(func() { l.callAgainAndAgain(s.keys[i%len(s.keys)], random) })
	}
	if s.random.IntN(2) == 0 {
		random := rand.New(rand.NewPCG(s.random.Uint64(), s.random.Uint64()))
		l.running.Go(func() { l.giveCredit(random) })
	}
	return l
}

// end waits until the program is gone and everybody has noticed.
func (l *load) end() {
	close(l.ended)
	l.running.Wait()
	l.client.CloseIdleConnections()
}

func (l *load) callAgainAndAgain(key string, random *rand.Rand) {
	for {
		a, alive := call(l.client, l.url, key, pick(random))
		l.mu.Lock()
		l.answers = append(l.answers, a)
		l.mu.Unlock()
		select {
		case <-l.ended:
			return
		default:
		}
		if !alive {
			return
		}
		if !a.upstream { // refused: there is time for others
			time.Sleep(5 * time.Millisecond)
		}
	}
}

func pick(random *rand.Rand) operation {
	total := 0
	for _, o := range operations {
		total += o.weight
	}
	n := random.IntN(total)
	for _, o := range operations {
		if n -= o.weight; n < 0 {
			return o
		}
	}
	panic("weights")
}

// call makes one call, which the client never repeats by itself, and notes how far its answer came. alive is false once
// nothing answers any more, or nothing soon will.
func call(client *http.Client, base, key string, of operation) (a answer, alive bool) {
	a.of = of
	r, err := http.NewRequest(http.MethodPost, base+of.path, io.NopCloser(strings.NewReader("a question")))
	if err != nil {
		return a, false
	}
	r.Header.Set("X-API-Key", key)
	response, err := client.Do(r)
	if err != nil {
		return a, false
	}
	defer response.Body.Close()
	a.status = response.StatusCode
	if a.id, err = models.ParseCallID(response.Header.Get("Faregate-Request-Id")); err != nil {
		return a, false
	}
	a.upstream = response.Header.Get("Faregate-Origin") == "upstream"
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return a, false
	}
	a.whole = true
	if a.upstream && !isWhole(string(body)) {
		a.status = -1 // an end mark, and not all before it
	}
	charged := response.Header.Get("Faregate-Charged") + response.Trailer.Get("Faregate-Charged")
	if n, err := strconv.ParseInt(charged, 10, 64); err == nil {
		a.charged, a.told = models.Nano(n), true
	}
	return a, a.upstream || !strings.Contains(string(body), `"code":"draining"`)
}

// gift is what the small team is given at a time: some calls' worth.
const gift = 7 * demo.Price

// giveCredit gives the small team credit through the portal, as an administrator does.
func (l *load) giveCredit(random *rand.Rand) {
	for {
		select {
		case <-time.After(time.Duration(random.IntN(80)) * time.Millisecond):
		case <-l.ended:
			return
		}
		token := models.NewID(models.KindTransaction)
		l.note(token, false)
		given, err := l.s.admin.grant(l.portal, l.s.small.slug, token, gift)
		if err != nil {
			return
		}
		l.note(token, given)
	}
}

func (l *load) note(token string, given bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.grants[token] = given
}

// administrator is somebody who is signed in to the portal.
type administrator struct{ client *http.Client }

func signIn(d *program.Demo) (administrator, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return administrator{}, err
	}
	a := administrator{&http.Client{Jar: jar, Timeout: program.Patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	answer, err := a.post(d.PortalURL+paths.SignIn, url.Values{"email": {d.Logins.Provider.Email}, "password": {d.Logins.Provider.Password}})
	if err == nil && answer.Status != http.StatusSeeOther {
		err = fmt.Errorf("signing in was answered with %d", answer.Status)
	}
	return a, err
}

// grant gives a team credit and says whether the portal has confirmed it.
func (a administrator) grant(portal, team, token string, amount models.Nano) (given bool, err error) {
	answer, err := a.post(portal+paths.AdminTeams, url.Values{
		"action": {"grant"}, "team": {team}, "amount": {amount.Decimal(2)}, "reason": {"For the crash test"}, "token": {token},
	})
	return answer.Status == http.StatusSeeOther, err
}

func (a administrator) post(address string, form url.Values) (program.Answer, error) {
	r, err := http.NewRequest(http.MethodPost, address, io.NopCloser(strings.NewReader(form.Encode())))
	if err != nil {
		return program.Answer{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return program.SendWith(a.client, r)
}
