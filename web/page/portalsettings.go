package page

import (
	"context"
	"sync"

	"github.com/faregate/faregate/models"
)

// portalSettings remembers what administrators have set, so that no page reads it from the database. It is safe for concurrent
// use.
type portalSettings struct {
	mu   sync.Mutex
	read bool
	now  models.Settings
}

// settings returns what administrators have set. Without the database it is nothing: a page is worth more than its name.
func (s *Site) settings(ctx context.Context) models.Settings {
	// The lock is held while they are read: a change that comes meanwhile forgets them afterwards, and nothing old is kept.
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	if s.portal.read {
		return s.portal.now
	}
	now, err := s.Settings.Settings(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "cannot read the settings", "err", err)
		return models.Settings{}
	}
	s.portal.now, s.portal.read = now, true
	return now
}

// SettingsChanged forgets the settings that were read; the next page reads them anew.
func (s *Site) SettingsChanged() {
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	s.portal.now, s.portal.read = models.Settings{}, false
}
