package billing

// EndTogether is how the settler ends the holds of a team that one commit settled.
var EndTogether = endTogether
