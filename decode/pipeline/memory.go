package pipeline

import "rung/decode"

// Memory and its like let protocols share texts between messages. A worker's
// shards have one Memory together: the two hops of a call lie in different
// shards and say the same.

// Memory returns what the shard's worker remembers.
func (s *shard) Memory() *decode.Memory { return s.memory }

// Memory returns what the shard's worker remembers.
func (s *streamSink) Memory() *decode.Memory { return s.shard.memory }
