package gateway

// lines are the values of the header fields that the gateway itself sets for a call. They lie in the call, so that a field
// costs no memory of its own.
type lines struct {
	values [12]string
	used   int
}

// of is a field's one value.
func (l *lines) of(value string) []string {
	if l.used == len(l.values) {
		return []string{value}
	}
	l.values[l.used] = value
	l.used++
	return l.values[l.used-1 : l.used : l.used]
}
