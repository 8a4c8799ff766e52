package feed

// LaneHeads and NewLinks read the chain for a look.
var (
	LaneHeads = laneHeads
	NewLinks  = newLinks
)
