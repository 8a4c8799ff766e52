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
package web
