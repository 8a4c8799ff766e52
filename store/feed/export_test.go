package feed

// HeadsOfLanes and LinksBetween read the chain for a look.
var (
	HeadsOfLanes = laneHeads
	LinksBetween = newLinks
)
