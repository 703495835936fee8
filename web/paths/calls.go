package paths

// CallFilter is what a list of calls is narrowed to, as it stands in the address; what is empty does not narrow it.
type CallFilter struct {
	API    string // its slug
	Status string // as 404, or a class, as 4xx
	Key    string // its id
	Code   string // refused calls with this code, instead of those that were let through
	From   string // since then, and before To, in the team's time zone: 2006-01-02T15:04
	To     string
	Text   string // in method and path
}

// On says whether anything narrows the list.
func (f CallFilter) On() bool { return f != CallFilter{} }

// Of is the list at an address, Calls or ExportCalls, with the filter.
func (f CallFilter) Of(list string) string {
	list = with(with(with(list, QueryAPI, f.API), QueryStatus, f.Status), QueryKey, f.Key)
	return with(with(with(with(list, QueryCode, f.Code), QueryFrom, f.From), QueryTo, f.To), QuerySearch, f.Text)
}

// ExportCalls is the list as a file.
func ExportCalls(team string) string { return Calls(team) + ".csv" }

// FollowCalls is a list of calls, with its filter, that goes on by itself. seen stands for what it shows already.
func FollowCalls(list, seen string) string {
	return with(with(list, QueryFollow, "1"), QuerySeen, seen)
}
