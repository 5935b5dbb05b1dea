package safe

// maxMarks is how many combining marks in a row are shown as such. No
// language needs more than three on a letter; dozens of them paint over the
// lines above and below.
const maxMarks = 4

// maxFieldName is longer than any header name: beyond it the colon belongs to
// something else.
const maxFieldName = 64
