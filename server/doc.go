// Package server is the HTTP door: the REST API under /api/db, the web pages
// and the health probes. It translates requests into operations of the store
// and their errors into answers; it holds no rules of its own.
//
// Decisions that bind this package:
//
//   - All routes stand in one table (server.go) beside the row that says who
//     may call them. The rows are documentation, test data and a coarse guard;
//     which records a caller sees or changes is decided by the store. After a
//     change of them: go test ./server -run TestMatrix -atualizar, which writes
//     docs/papeis.md.
//   - huma reads parameters and writes the OpenAPI document from the same Go
//     types. Bodies are decoded here (decode.go), because huma's decoder stops
//     at the first error, speaks English and echoes what was sent.
//   - Every failure leaves through one function (errors.go): the envelope of the
//     contract, a Portuguese sentence, a stable code, nothing internal.
//   - Authorization headers and API keys never mix with the session cookie; only
//     cookie requests need, and get, the cross-origin check.
//
// # Too much
//
// What a caller, or all together, may take. Each bound answers one case, which the test
// plays; the numbers stand beside their constants.
//
//	bound                     the case without it                                  test
//	seats, their queue        work begun for callers whose time is as good as      TestOverloadIsToldQuickly
//	                          over: none of it ends
//	seatPatience              the last in the queue wait for everybody's work      TestPatienceEnds
//	no seat while receiving   as many slow senders as seats stop the server        TestSlowSendersTakeNoSeat
//	no seat while sending     as many slow readers as seats stop it                TestSlowReadersTakeNoSeat
//	answerBudget              answers that nobody reads fill the memory            TestUnreadAnswersStopNobody
//	callerBudget, its share   one caller that does not read cuts those who do      TestManyReadersAreNotCut
//	bodyBudget                bodies fill the memory                               TestManyStrangersKeepNobodyOut
//	strangerBudget            those without a credential take all of it            TestManyStrangersKeepNobodyOut
//	senderPart                one sender takes all of it                           TestASenderHasAShareOfBodies
//	bodyPatience              bodies that stop take a share and keep it            TestWhoStallsGivesWay
//	bodyWait, bodyStep        bodies that drip live as long as readWait allows     TestABodyMustGetOn, TestSlowBodiesAreCut
//	shed, before all else     refusing costs what serving costs                    TestOverloadIsToldQuickly
//	holdLeast                 the refused come again at once and take the          TestRudeCallersAreHeldUp
//	                          processor
//	tellEvery                 a log line for each refusal                          TestRefusalsAreLoggedTogether
//	maxConns, giveWay         idle and silent connections keep new ones out        TestConnectionsAreBounded,
//	                                                                               TestSilentConnectionsGiveWay
//	maxConnsEach              one address opens all of them                        TestConnectionsOfOneAddressAreBounded
//	maxLinger                 refused connections, held open so that the refusal   TestRefusedConnectionsDoNotPileUp
//	                          arrives, pile up
//	maxBuckets                the limiter remembers every address that ever came   TestLimiterMemoryIsBounded
//	maxDepth, maxFields,      a small body costs much memory or time               TestMemoryOfHostileBodies
//	maxBody and its sisters
//
// # What net/http answers itself
//
// Before any handler runs net/http refuses what is no HTTP, in English text. Old scripts
// meet that: a URL with a blank in it (GET /api/db/clientes?busca=Ana Lima) is one, and
// their code looks for "erro" in a JSON object. So portugueseConn translates these answers
// (TestAnswersBeforeAnyHandler), and the refusals of the listener are written the same way.
package server
