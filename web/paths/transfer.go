package paths

// Patterns of the pages by which an API changes hands.
const (
	OfferAPIPattern      = "/t/:team/apis/:slug/hand-over"          // GET asks to whom, POST offers it
	WithdrawOfferPattern = "/t/:team/apis/:slug/hand-over/withdraw" // POST
	OfferedAPIPattern    = "/t/:team/offers/:slug"                  // GET shows what is offered to the team, POST answers
)

// OfferAPI asks to whom an API is offered.
func OfferAPI(team, slug string) string { return Studio(team, slug) + "/hand-over" }

// WithdrawOffer is where an offer is taken back.
func WithdrawOffer(team, slug string) string { return OfferAPI(team, slug) + "/withdraw" }

// OfferedAPI is an API that is offered to a team.
func OfferedAPI(team, slug string) string { return Team(team) + "/offers/" + slug }
