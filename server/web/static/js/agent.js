// What a User-Agent says, in words: "Chrome no Windows". What cannot be told is
// shown as the program wrote it, in its first words.

const browsers = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'], [/\bOPR\/|\bOpera\b/, 'Opera'], [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'], [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, 'Chrome'], [/\bVersion\/\S+.*\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'], [/^python-requests\//, 'Python'], [/^Go-http-client\//, 'Go'], [/^monitor\b/, 'monitor'],
]
const systems = [
  [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'], [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux'],
]

const nameIn = (list, text) => list.find(([form]) => form.test(text))?.[1]

export function describeAgent(text) {
  if (!text) return ''
  const browser = nameIn(browsers, text)
  const system = nameIn(systems, text)
  if (browser && system) return `${browser} no ${system}`
  return browser ?? system ?? text.split(/\s+/).slice(0, 3).join(' ')
}
