package jobs

import (
	"context"
	"time"
)

// LifecycleBooks is where the ends of versions are announced. Package store implements it.
type LifecycleBooks interface {
	KeepLifecycles(ctx context.Context) (kept int64, err error)
}

// KeepLifecycles returns the job that writes down which versions are deprecated or retired by now, and tells subscribers, also of
// what is near. No call waits for it: the gateway keeps to the clock. It comes each second, for an API whose main version was
// retired shows another one only from then on.
func KeepLifecycles(books LifecycleBooks) Job {
	return Job{Name: "lifecycles", Every: time.Second, Do: everySlice(books.KeepLifecycles)}
}
