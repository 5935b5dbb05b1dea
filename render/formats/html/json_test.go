package html

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestDataIsWhatEncodingJSONWrites(t *testing.T) {
	type writer interface{ appendJSON([]byte) []byte }
	r := rand.New(rand.NewPCG(4, 2026))
	for _, typ := range []reflect.Type{reflect.TypeFor[flowData](), reflect.TypeFor[messageData](), reflect.TypeFor[rowData](), reflect.TypeFor[laneData]()} {
		for n := range 300 {
			v := reflect.New(typ)
			fill(v.Elem(), r)
			if n%3 == 0 { // with as much left out as may be
				leaveOut(v.Elem())
			}
			want, err := json.Marshal(v.Interface())
			if err != nil {
				t.Fatal(err)
			}
			if got := v.Interface().(writer).appendJSON(nil); !bytes.Equal(got, want) {
				t.Fatalf("%v:\n got %s\nwant %s", typ, got, want)
			}
		}
	}
}

// fill gives every field a value, so that one without its line in the writer
// shows.
func fill(v reflect.Value, r *rand.Rand) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), r)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), r)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+r.IntN(3), 4))
		for i := range v.Len() {
			fill(v.Index(i), r)
		}
	case reflect.String:
		words := []string{"x", "<a>&", "\u2028\u2029", "\x00\x1f\x7f\u0085", "\"\\\b\f\n\r\t", "\xff\xe2\x80", "漢\u202e", ""}
		v.SetString(words[r.IntN(len(words))] + words[r.IntN(len(words))])
	default:
		v.SetInt(r.Int64() - r.Int64())
	}
}

// leaveOut empties the fields that are left out when empty.
func leaveOut(v reflect.Value) {
	for i := range v.NumField() {
		if strings.HasSuffix(v.Type().Field(i).Tag.Get("json"), ",omitempty") {
			v.Field(i).SetZero()
		}
	}
}

func FuzzString(f *testing.F) {
	f.Add("a<b>&\u2028\xff\x00\n")
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendString(nil, s); !bytes.Equal(got, want) {
			t.Fatalf("%q: %s, want %s", s, got, want)
		}
	})
}
