package pipeline

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"time"

	"rung/capture"
	"rung/capture/spool"
	"rung/decode"
	"rung/decode/media"
)

// Options say how to read. The zero value works.
type Options struct {
	Workers   int                // 0: one per processor
	Protocols []*decode.Protocol // in the order in which they are asked
	// DupSame and DupDiffer are the windows within which a packet is a span
	// copy (contract.md): 0 means the defaults, negative switches off.
	DupSame, DupDiffer time.Duration
	// Inputs names the inputs by capture.Frame.File, for what is said about
	// their clocks; none: live, one clock for all.
	Inputs   []string
	DecodeAs []PortRule // the last that fits a packet holds
	// Live is set where the source may go on for days.
	Live *Live
}

// A Result is what a run found besides its messages.
type Result struct {
	Frames      int64
	Bytes       int64
	First, Last capture.Time
	Account     capture.Account // without the RTP candidates: see Settle
	Tracks      []*media.Track  // by first packet
	// Reports are the RTCP of a live run since its last tick, not attached to
	// tracks yet.
	Reports     []*media.Report
	Diagnostics []capture.Diagnostic
}

// Run reads src to its end and calls sink for every message in the order of
// the capture, from one goroutine. The bytes of messages go to store where
// they do not lie in one piece in an input file; without a store they are not
// kept. An error of src ends the run;
// what was read until then is still in the Result.
func Run(ctx context.Context, src capture.Source, store *spool.Store, opt *Options, sink func(*decode.Message)) (*Result, error) {
	workers := opt.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, shardCount)

	p := &pipe{
		free:    make(chan *batch, workers+3),
		ordered: make(chan *batch, workers+3),
	}
	for range cap(p.free) {
		p.free <- newBatch()
	}
	shards := make([]*shard, shardCount)
	for i := range shards {
		shards[i] = newShard(opt)
		if opt.Live != nil {
			shards[i].forDays()
		}
	}
	var wg sync.WaitGroup
	for w := range workers {
		feed := make(chan *batch, cap(p.free))
		p.feeds = append(p.feeds, feed)
		memory := decode.NewMemory()
		for s := w; s < shardCount; s += workers {
			shards[s].memory = memory
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			for b := range feed {
				for s := w; s < shardCount; s += workers {
					shards[s].run(b, s)
				}
				b.pending.Done()
			}
		}()
	}
	rd := newReader(src, opt)
	go p.read(ctx, rd)

	m := newMerger(store, sink)
	for b := range p.ordered {
		b.pending.Wait()
		m.merge(b)
		if b.tick.due {
			m.tick(b, opt.Live, &rd.mail)
		}
		p.free <- b
	}
	wg.Wait()
	return collect(rd, shards, m, opt.Live != nil), rd.err
}

type pipe struct {
	free, ordered chan *batch
	feeds         []chan *batch
}

// read fills batches until the source ends, then sends one last batch that
// tells the shards to close.
func (p *pipe) read(ctx context.Context, rd *reader) {
	for more := true; more; {
		b := <-p.free
		b.reset()
		more = rd.fill(b) && ctx.Err() == nil
		p.send(b)
	}
	if rd.err == nil && ctx.Err() != nil {
		rd.err = ctx.Err()
	}
	b := <-p.free
	b.reset()
	b.end = true
	rd.close(b)
	p.send(b)
	for _, f := range p.feeds {
		close(f)
	}
	close(p.ordered)
}

func (p *pipe) send(b *batch) {
	b.pending.Add(len(p.feeds))
	for _, f := range p.feeds {
		f <- b
	}
	p.ordered <- b
}

// collect gathers what reader, shards and merger hold at the end.
func collect(rd *reader, shards []*shard, m *merger, live bool) *Result {
	r := &Result{
		Frames: rd.frames, Bytes: rd.bytes, First: rd.first, Last: rd.last,
		Account: rd.account,
	}
	if errors.Is(rd.err, io.EOF) {
		rd.err = nil
	}
	var reports []*media.Report
	var cut cuts
	for _, s := range shards {
		cut.merge(&s.cut)
		r.Account.Merge(&s.account)
		r.Tracks = append(r.Tracks, s.tracks...)
		reports = append(reports, s.reports...)
	}
	sortTracks(r.Tracks)
	if live {
		r.Reports = reports
	} else {
		media.Attach(r.Tracks, reports)
	}
	if cut.messages > 0 {
		m.diagnostics.add(cut.diagnostic())
	}
	r.Diagnostics = m.diagnostics.list()
	return r
}
