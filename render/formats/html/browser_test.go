package html

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"rung/render"
	"rung/render/rendertest"
)

// A page is a report opened in a browser.
type page struct {
	t        *testing.T
	ctx      context.Context
	mu       sync.Mutex
	troubles []string // console errors and violations of the policy
	requests []string // everything but the file itself
}

// browser starts headless Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium here: the page is not tried in a browser")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1280, 900))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	// The browser lives as long as the context of its first call.
	if err := chromedp.Do(ctx); err != nil {
		t.Skipf("Chromium does not start here: %v", err)
	}
	return ctx
}

// load writes doc as a report and opens it from disk.
func load(t *testing.T, ctx context.Context, doc *render.Document, fragment string) *page {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	b := rendertest.Write(t, Format, doc, &render.Options{Subject: render.Report})
	if err := os.WriteFile(file, b[0], 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := &page{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	watch := chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{})
		return err
	})
	p.run(watch, chromedp.Navigate("file://"+file+fragment), chromedp.WaitReady(chromedp.CSS("footer")))
	return p
}

// listen is called from the goroutine that reads from the browser.
func (p *page) listen(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		p.troubles = append(p.troubles, fmt.Sprintf("%s at line %d: %+v", ev.ExceptionDetails.Text, ev.ExceptionDetails.LineNumber, ev.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		p.troubles = append(p.troubles, fmt.Sprint("console.", ev.Type))
	case *log.EventEntryAdded:
		p.troubles = append(p.troubles, ev.Entry.Text)
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(ev.Request.URL, "file://") || !strings.Contains(ev.Request.URL, "/report.html") {
			p.requests = append(p.requests, ev.Request.URL)
		}
	}
}

// patience is how long a step may take on a busy machine.
const patience = time.Minute

func (p *page) run(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// eval returns the value of a JavaScript expression as text.
func (p *page) eval(js string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+js+")"))
	if err != nil {
		p.t.Fatalf("%s: %v", js, err)
	}
	return v
}

func (p *page) want(js, want string) {
	p.t.Helper()
	if got := p.eval(js); got != want {
		p.t.Errorf("%s = %q, want %q", js, got, want)
	}
}

// quiet checks that nothing was logged and nothing asked for.
func (p *page) quiet() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.troubles {
		p.t.Errorf("browser says: %s", s)
	}
	for _, s := range p.requests {
		p.t.Errorf("the page asked for %s", s)
	}
}

func press(key string) chromedp.Action[chromedp.Void] { return chromedp.KeyEvent(key) }

// runJS runs JavaScript for its effect.
func runJS(js string) chromedp.Action[chromedp.Void] { return chromedp.Evaluate[chromedp.Void](js) }

func click(css string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(css))
}

func TestBrowserShowsMessages(t *testing.T) {
	p := load(t, browser(t), rendertest.Samples()[0].Doc, "")
	p.want(`document.querySelectorAll('.flow').length`, "1")
	p.want(`document.querySelector('.message').hidden`, "true")
	p.run(click(`g.rung[data-message="0"]`))
	p.want(`document.querySelector('.message').hidden`, "false")
	p.want(`document.querySelector('.message h4').textContent`, "INVITE 3250")
	p.want(`document.querySelector('.message pre').textContent.includes('Call-ID: call-1')`, "true")
	p.want(`document.querySelector('.message .hd').textContent`, "Via:")
	p.want(`document.querySelector('.message .se').textContent`, "[hidden]")
	p.want(`document.querySelector('.message pre').textContent.includes('0123456789abcdef')`, "false")
	p.want(`document.querySelector('g.rung.on').dataset.message`, "0")

	p.run(press("j"))
	p.want(`document.querySelector('.message h4').textContent`, "100 Trying")
	p.run(press("k"))
	p.want(`document.querySelector('.message h4').textContent`, "INVITE 3250")
	p.run(press("j"), press("j"), press("j"))
	p.want(`document.querySelector('.message .odd').textContent`, "Sent again: first in frame 14")
	p.want(`document.querySelector('g.rung.on').dataset.message`, "2")
	p.run(press("k"), press("k"), press("k"))
	p.run(press("\u001b"))
	p.want(`document.querySelector('.message').hidden`, "true")
	p.want(`document.activeElement.dataset.message`, "0")
	p.run(press("\r"))
	p.want(`document.querySelector('.message').hidden`, "false")
	p.want(`[...document.querySelectorAll('[data-ladder] [data-message]')].every(g => g.getAttribute('aria-label') && g.tabIndex === 0)`, "true")
	p.quiet()
}

func TestBrowserTogglesTheme(t *testing.T) {
	p := load(t, browser(t), rendertest.Samples()[0].Doc, "")
	back := `getComputedStyle(document.body).backgroundColor`
	arrow := `getComputedStyle(document.querySelector('.rung-ladder .label')).fill`
	line := `getComputedStyle(document.querySelector('.chart .s1')).stroke`
	light := []string{p.eval(back), p.eval(arrow), p.eval(line)}
	p.run(click("#theme"))
	p.want("document.documentElement.dataset.theme", "dark")
	for i, js := range []string{back, arrow, line} {
		if p.eval(js) == light[i] {
			t.Errorf("%s is %s in dark, too", js, light[i])
		}
	}
	p.run(click("#theme"))
	for i, js := range []string{back, arrow, line} {
		p.want(js, light[i])
	}
	p.quiet()
}

func TestBrowserKeepsHostileTextText(t *testing.T) {
	p := load(t, browser(t), hostile(), "")
	p.run(click(`g.rung[data-message="0"]`))
	p.want(`document.querySelector('.message pre').textContent.includes('<img src=x onerror=alert(1)>')`, "true")
	p.want(`document.querySelectorAll('img,iframe,object,embed,link,script[src],b,form[action]').length`, "0")
	p.want(`document.scripts.length`, "2")
	p.want(`[...document.querySelectorAll('*')].some(e => [...e.attributes].some(a => a.name.startsWith('on')))`, "false")
	p.want(`document.body.textContent.includes('\u202e')`, "false")
	p.want(`document.body.textContent.includes('</script>')`, "true")
	p.quiet()
}

func TestBrowserFiltersAThousandFlows(t *testing.T) {
	doc := thousand()
	p := load(t, browser(t), doc, "#flow=key-500")
	p.want(`document.querySelector('.flow:not(.off)').dataset.flow`, "500")
	p.want(`document.querySelectorAll('#flows tbody tr').length < 400`, "true")
	p.run(chromedp.SendKeys(chromedp.CSS("#q"), "USER2 denied"))
	p.want(`document.getElementById('hits').textContent`, "333 of 1,000 flows")
	p.run(runJS(`q.value='';kind.value='call';kind.dispatchEvent(new Event('input'))`))
	p.want(`document.getElementById('hits').textContent`, "334 of 1,000 flows")
	p.run(runJS(`document.querySelector('#flows tbody tr:nth-child(3)').click()`), chromedp.Sleep(50*time.Millisecond))
	p.want(`location.hash`, "#flow=key-7")
	p.want(`document.querySelector('.flow:not(.off)').dataset.flow`, "7")
	p.want(`document.querySelectorAll('.flow:not(.off) .mini .rung').length > 5`, "true")
	p.run(runJS(`document.querySelector('.flow:not(.off) .mini .rung').click()`))
	p.want(`document.querySelector('.flow:not(.off) .message h4').textContent`, "INVITE 3250")
	p.run(runJS(`document.querySelector('th[data-sort=id] button').click()`))
	p.want(`document.querySelector('#flows tbody td').textContent`, "1000")
	p.want(`document.querySelector('th[data-sort=id]').getAttribute('aria-sort')`, "descending")
	p.quiet()
}

func TestBrowserOpensACallBeforeALookup(t *testing.T) {
	p := load(t, browser(t), rendertest.Document("x", rendertest.Lookup(1), rendertest.TrunkCall(2)), "")
	p.want(`document.querySelector('.flow:not(.off)').dataset.flow`, "2")
	p.run(press("p"), chromedp.Sleep(50*time.Millisecond))
	p.want(`document.querySelector('.flow:not(.off)').dataset.flow`, "1")
	p.want(`location.hash`, "#flow=key-1")
	p.quiet()
}

func TestBrowserUnfoldsForPrinting(t *testing.T) {
	ctx := browser(t)
	p := load(t, ctx, rendertest.Samples()[1].Doc, "")
	p.want(`document.querySelectorAll('.flow:not(.off)').length`, "1")
	p.run(runJS(`dispatchEvent(new Event('beforeprint'))`))
	p.want(`document.querySelectorAll('.flow').length`, "2")
	p.want(`document.documentElement.classList.contains('one')`, "false")
	p.want(`document.getElementById('printed').hidden`, "true")
	p.quiet()
	p = load(t, ctx, thousand(), "#flow=key-3")
	p.run(runJS(`dispatchEvent(new Event('beforeprint'))`))
	p.want(`document.documentElement.classList.contains('one')`, "true")
	p.want(`document.querySelectorAll('#flows tbody tr').length`, "1000")
	p.want(`document.getElementById('printed').textContent`, "Of 1,000 flows only number 3, the one on screen, is printed in full.")
	p.want(`document.getElementById('printed').hidden`, "false")
	p.quiet()
}
