// Package web serves the pages for people: embedded HTML shells, style sheets,
// ES modules and icons. The pages hold no data; everything comes through the
// REST API with the session cookie, so the store's rules hold here unchanged.
//
// There is no build step and nothing comes from another host. All files are
// served below one folder named by the hash of their contents, so browsers may
// keep them for ever and a new release is seen at once. Preact and htm are
// unchanged copies from npm; only the bare import of "preact" in its hooks is
// pointed to the neighbouring file while loading, since import maps would need
// an inline script.
//
// Text from people reaches the page as text nodes and attribute values only;
// no module may use innerHTML (a test looks). The content security policy
// forbids inline scripts and styles as a second wall.
//
// # How a page is made
//
// Each page is an HTML page of its own, so back, reload and a new tab work by
// themselves, and a page costs only what it needs. To add /coisas:
//
//  1. static/js/coisas/main.js ends with start('coisas', Coisas) of app.js, which
//     draws the frame (bar.js) around the component and gives it usePage() of context.js:
//     { eu, pode, toast }.
//  2. static/js/nav.js gets its line: where it stands and who is offered it. What
//     a level may do is written in permissions.js; the store decides anyway.
//  3. Pages in web.go and, in server/server.go, one row for each of its paths
//     (grants public: a shell holds no data). /coisas/{id} is the same page with
//     one record open.
//  4. Styles that only it needs, as column widths, stand in static/css/coisas.css;
//     colours, spaces and sizes come from tokens.css only.
//  5. Tests: TestEveryPage, TestHostile and TestFirstVisit find it through Pages;
//     TestNavigation wants its line; screens in screens_test.go, too. What it can do is
//     driven by a test of its own, as below.
//
// A list is made of these parts, in this order (see clientes/main.js):
// routeOf (route.js) describes what the address holds: filters, "ordem",
// "pagina" or "cursor", and the open id; useRoute gives [route, go]. useData
// (data.js) loads an address: { data, error, loading, slow, reload }. useLive
// (live.js) says what to reload when something changed; reload(true) is quiet.
// useShortcuts (list/keyboard.js) is the keyboard. PageHead, Search, Segmented,
// Choice, TextFilter and ClearFilters stand above the list; ListPanel
// (list/page.js) shows it loading, empty, filtered to nothing, failed or offline,
// around Table (list/table.js) and Pager or CursorPager (list/pager.js). One
// record is a Drawer (drawer.js) with Facts (facts.js). Values are asked for by
// FormDialog (form.js) with Field (fields.js, masks.js), a decision by Confirm
// (dialog.js; typed asks for a name to be written out). toast(text, undo) tells what
// happened; whatever can be undone gets an undo. Times are Time and Day (time.js), in
// the zone of the browser. What has the focus of the keyboard is kept in the window
// while the page changes around it (sight.js).
//
// # How a page is tested
//
// program(t) is `monitor serve` in a process of its own with a person of each
// level (chefe, monica, ugo) and a little of everything, shared by all tests of
// the binary, as is the browser. h.open(chefe, "/coisas") is a tab with that
// person's session. Its end fails the test if there was a console error, an
// exception or a request that failed; p.expect names one that must happen,
// p.allow one that may. A test that counts records or needs an empty database
// has newHouse(t) instead.
//
// p.press clicks by the name of a button, p.fill types into a field. For the
// keyboard alone there are p.use (Tab to a control, then Enter), p.choose (the same
// with the space bar) and p.typeIn; on the way every stop must be visible and have a ring. p.axe
// runs axe-core on the state that is shown (in both colour schemes, a quick run in one
// after the other): call it with each dialog open. p.settled waits until what was begun
// has been asked for, answered and drawn; an answer is never looked for only once. p.fits and p.unharmed look for overflow and for text that became markup.
package web
