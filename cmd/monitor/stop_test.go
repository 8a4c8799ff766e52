package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	inFlight  = 200
	listening = 50
)

// atOnce of the bodies are sent at once: the server has a few seats more.
var atOnce = min(100, 64*runtime.NumCPU())

// TestStopFinishesWhatIsInFlight ends the program as the system does while 200
// requests are being received and 50 streams are open: each request gets its whole
// answer, each stream its end, and what was answered is there.
func TestStopFinishesWhatIsInFlight(t *testing.T) {
	e := newRehearsal(t, "DATABASE_URL=sqlite:///clientes.db")
	for try := 1; ; try++ {
		took := e.stopInFlight()
		t.Logf("%d requests answered and %d streams ended, stopped in %v", inFlight, listening, took.Round(time.Millisecond))
		if !strings.Contains(e.said.String(), "requisições interrompidas") {
			require.Less(t, took, patience())
			break
		}
		require.Less(t, try, 10, "the stop ran out of patience: %s", e.said.String())
		e.wrong = nil // a machine with much else to do
		e.start("127.0.0.1:0")
	}
	e.verify()
}

func (e *rehearsal) stopInFlight() time.Duration {
	e.t.Helper()
	var streams []*http.Response
	for n := range listening {
		if n%listenersPerKey == 0 {
			e.newKey()
		}
		streams = append(streams, e.hear())
	}
	var calls []*flights
	for range inFlight {
		calls = append(calls, e.begin())
	}
	began := time.Now()
	require.NoError(e.t, e.cmd.Process.Signal(syscall.SIGTERM))
	for { // until nobody is let in any more
		c, err := net.Dial("tcp", strings.TrimPrefix(e.url, "http://"))
		if err != nil {
			break
		}
		c.Close()
	}
	var ending sync.WaitGroup
	seats := make(chan struct{}, atOnce)
	for _, c := range calls {
		ending.Go(func() {
			seats <- struct{}{}
			defer func() { <-seats }()
			c.finish(e)
		})
	}
	for _, s := range streams {
		ending.Go(func() {
			_, err := io.Copy(io.Discard, s.Body)
			e.mu.Lock()
			defer e.mu.Unlock()
			if err != nil {
				e.wrong = append(e.wrong, "stream: "+err.Error())
			}
			s.Body.Close()
		})
	}
	err := <-e.ended
	took := time.Since(began)
	ending.Wait()
	require.NoError(e.t, err, "%s", e.said.String())
	return took
}

// listenersPerKey is how many streams one key may hold.
const listenersPerKey = 20

func (e *rehearsal) newKey() {
	e.t.Helper()
	var made struct{ Chave string }
	require.NoError(e.t, json.Unmarshal(e.run("chaves", "create", "outra", "--nivel", "admin", "-o", "json"), &made))
	e.key = made.Chave
}

// hear opens a stream and waits for its beginning.
func (e *rehearsal) hear() *http.Response {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.url+"/api/db/eventos", nil)
	require.NoError(e.t, err)
	r.Header.Set("X-API-Key", e.key)
	resp, err := (&http.Client{Transport: e.http.Transport}).Do(r)
	require.NoError(e.t, err)
	require.Equal(e.t, http.StatusOK, resp.StatusCode)
	_, err = resp.Body.Read(make([]byte, 1))
	require.NoError(e.t, err)
	return resp
}

// flights is a request whose body the server waits for.
type flights struct {
	conn        net.Conn
	in          *bufio.Reader
	email, body string
}

// begin sends the head of a creation and waits until the server asks for the rest.
func (e *rehearsal) begin() *flights {
	e.t.Helper()
	c := &flights{email: fmt.Sprintf("ensaio%d@empresa.com.br", e.serial.Add(1))}
	c.body = fmt.Sprintf(`{"nome": "Ensaio João", "email": %q}`, c.email)
	e.tried[c.email] = true
	var err error
	c.conn, err = net.Dial("tcp", strings.TrimPrefix(e.url, "http://"))
	require.NoError(e.t, err)
	c.in = bufio.NewReader(c.conn)
	_, err = fmt.Fprintf(
		c.conn,
		"POST /api/db/clientes HTTP/1.1\r\nHost: x\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		e.key,
		len(c.body),
	)
	require.NoError(e.t, err)
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} {
		line, err := c.in.ReadString('\n')
		require.NoError(e.t, err)
		require.Equal(e.t, want, line)
	}
	return c
}

// finish sends the rest and reads the answer.
func (c *flights) finish(e *rehearsal) {
	defer c.conn.Close()
	var answer struct{ Cliente struct{ ID int64 } }
	_, err := io.WriteString(c.conn, c.body)
	if err == nil {
		var resp *http.Response
		if resp, err = http.ReadResponse(c.in, nil); err == nil {
			var text []byte
			if text, err = io.ReadAll(resp.Body); err == nil && resp.StatusCode != http.StatusCreated {
				err = fmt.Errorf("%d %s", resp.StatusCode, text)
			}
			_ = json.Unmarshal(text, &answer)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil {
		e.wrong = append(e.wrong, c.email+": "+err.Error())
		return
	}
	e.acked[c.email] = answer.Cliente.ID
}
