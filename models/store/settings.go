package store

import (
	"context"

	"github.com/faregate/faregate/models"
)

// Settings are what administrators have set; the zero value before they have.
func (s *Store) Settings(ctx context.Context) (models.Settings, error) {
	settings, err := (&txn{DB: s.read(ctx)}).settings()
	return settings, translate(err)
}

// ChangeSettings sets them, and has those told who remember them, before it returns. models.Invalid says what is wrong. A change
// that changes nothing is no act.
func (s *Store) ChangeSettings(ctx context.Context, actor models.Actor, after models.Settings) error {
	return s.transact(ctx, func(t *txn) error {
		if err := t.mayAdminister(actor); err != nil {
			return err
		}
		if err := after.Validate(); err != nil {
			return err
		}
		before, err := t.settings()
		if err != nil || before == after {
			return err
		}
		if err := t.Exec(`INSERT INTO portal_settings (id, name, support, changed_at) VALUES (1, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, support = excluded.support, changed_at = excluded.changed_at`, after.Name, after.Support, t.now).Error; err != nil {
			return err
		}
		t.changes.settings = true
		return t.auditChange(actor, models.AuditSettingsChanged, "", "", "", models.AuditChanges(models.SettingFields, before, after))
	})
}

func (t *txn) settings() (s models.Settings, err error) {
	err = t.Raw(`SELECT name, support FROM portal_settings WHERE id = 1`).Scan(&s).Error
	return s, err
}
