package pipeline

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Each returns a function that calls f for 0 to n-1 from so many goroutines,
// 0 meaning one per processor, and waits for all. The calls come in any order.
func Each(workers int) func(n int, f func(i int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return func(n int, f func(i int)) {
		var next atomic.Int64
		var wg sync.WaitGroup
		for range min(workers, n/eachChunk+1) {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for {
					from := int(next.Add(eachChunk)) - eachChunk
					if from >= n {
						return
					}
					for i := from; i < min(n, from+eachChunk); i++ {
						f(i)
					}
				}
			}()
		}
		wg.Wait()
	}
}
