package models

import "time"

// Member is a user's place in a team.
type Member struct {
	TeamID    string `gorm:"primaryKey"`
	UserID    string `gorm:"primaryKey"`
	Role      Role
	Source    string // the group of single sign-on that the membership comes from; "" was made by hand, and no group changes it
	CreatedAt time.Time
}

// Membership is a team as one of its members sees it.
type Membership struct {
	Team Team
	Role Role
}

// MemberListing is a member with the name and address of the user.
type MemberListing struct {
	Member Member `gorm:"embedded"`
	Name   string
	Email  string
	Keys   int // those they made that a program can still call with
	Tokens int // API tokens of the team that they made and that work
}

// ErrLastOwner refuses what would leave a team without an owner, whom nobody could replace.
const ErrLastOwner = Sentence("A team keeps at least one owner. Make somebody else an owner first.")
