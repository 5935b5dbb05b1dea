// Package pcapfile reads and writes capture files. It reads pcap
// (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), plain or
// compressed with gzip or zstd, from files, folders and standard input, several
// merged by time.
//
// It reads what tcpdump, Wireshark, capture cards and phones have written over
// the years: both byte orders, micro- and nanoseconds, the "modified" pcap of
// Alexey Kuznetzov's patches, swapped lengths of pcap 2.3 and older, several
// headers or sections one after another, obsolete packet blocks. A length that
// lies does not end a file: the reader looks for the next record that holds
// together, goes on there and says so in Diagnostics.
//
// Frames are numbered as Wireshark numbers them: the packets of one file, from
// 1. Custom, journal and system call blocks of pcapng are no packets, but take a
// number. A record that is lost to damage has none.
//
// Writer writes pcapng, and Ring a row of such files of which the oldest are
// removed. A Writer hands on whole blocks: a program that is killed leaves files
// that can be read up to the last Flush at least. Only a kill in the middle of
// a write itself cuts a block, behind all that was flushed.
//
// Left out: the SuSE 6.3 and AIX dialects of pcap (same magic number, other
// record headers), the interface index of the modified format, checks of frame
// checksums, what is in blocks without packets beyond names, secrets, drops and
// the count of comments, and all other formats; those are named in the error
// where they can be told. Of pcapng's blocks the Writer doesn't write simple
// packets, custom and journal blocks; it writes no comments at frames but its
// own, and doesn't wait until data is on the disk (no fsync).
package pcapfile
