import { html, useEffect, useId, useRef, useState } from '../ui.js'
import { formatNumber } from '../format.js'

// uPlot is a classic script of the page; it draws on a canvas and styles its
// elements by properties, which the policy allows.
const { uPlot } = globalThis

const HEIGHT = 190
const colours = ['--accent', '--danger']
const month = new Intl.DateTimeFormat('pt-BR', { day: '2-digit', month: '2-digit' })
const hour = new Intl.DateTimeFormat('pt-BR', { hour: '2-digit', minute: '2-digit' })

export const momentText = (inicio, passo) => {
  const t = new Date(inicio)
  return passo === 'dia' ? month.format(t) : `${month.format(t)} ${hour.format(t)}`
}

// Chart draws numbers over time: lines are [key of a point, name]. The same numbers
// stand in a table behind it, for those who cannot see the drawing.
export function Chart({ title, serie, lines, bars }) {
  const box = useRef()
  const id = useId()
  const dark = useScheme()
  useEffect(() => {
    if (!serie) return undefined
    const plot = new uPlot(options(box.current, serie, lines, bars), dataOf(serie, lines), box.current)
    const fit = new ResizeObserver(([{ contentRect: { width } }]) => {
      if (width > 0 && Math.round(width) !== plot.width) plot.setSize({ width: Math.round(width), height: HEIGHT })
    })
    fit.observe(box.current)
    return () => {
      fit.disconnect()
      plot.destroy()
    }
  }, [serie, dark])
  return html`<section class="panel chart" aria-labelledby=${id}>
    <div class="chart-head"><h2 id=${id}>${title}</h2>${serie && html`<p class="quiet num">${summary(serie, lines)}</p>`}</div>
    <div class="chart-box" ref=${box} role="img" aria-label=${serie ? `Gráfico: ${title}. ${summary(serie, lines)}` : title}>${!serie && html`<span class="bone w3"></span>`}</div>
    ${serie && html`<${Numbers} title=${title} serie=${serie} lines=${lines} />`}
  </section>`
}

function Numbers({ title, serie, lines }) {
  const [open, setOpen] = useState(false)
  return html`<details class="numbers" open=${open} onToggle=${(e) => setOpen(e.currentTarget.open)}><summary>Ver os números<span class="sr">: ${title}</span></summary>
    ${open && html`<div class="numbers-box" tabindex="0" role="group" aria-label=${`Tabela: ${title}`}><table><thead><tr><th scope="col">${serie.passo === 'dia' ? 'Dia' : 'Hora'}</th>${lines.map(([key, name]) => html`<th key=${key} scope="col">${name}</th>`)}</tr></thead>
      <tbody>${serie.pontos.toReversed().map((p) => html`<tr key=${p.inicio}><th scope="row" class="num">${momentText(p.inicio, serie.passo)}</th>
        ${lines.map(([key]) => html`<td key=${key} class="num">${p[key] === null ? 'sem contagem' : formatNumber(p[key])}</td>`)}</tr>`)}</tbody></table></div>`}</details>`
}

// summary says in words what the drawing says first.
function summary({ pontos }, lines) {
  return lines.map(([key, name, mean]) => {
    const known = pontos.map((p) => p[key]).filter((n) => n !== null)
    if (!known.length) return 'sem contagem no período'
    if (mean) return `no máximo ${formatNumber(Math.max(...known))}`
    return `${formatNumber(known.reduce((a, b) => a + b, 0))} ${name.toLowerCase()}`
  }).join(', ')
}

const dataOf = ({ pontos }, lines) => [pontos.map((p) => new Date(p.inicio).getTime() / 1000), ...lines.map(([key]) => pontos.map((p) => p[key]))]

function options(box, { passo }, lines, bars) {
  const style = getComputedStyle(document.documentElement)
  const colour = (name) => style.getPropertyValue(name).trim()
  const axis = { stroke: colour('--ink-3'), font: `12px ${style.getPropertyValue('--font')}`, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  return {
    width: box.clientWidth, height: HEIGHT, legend: { show: lines.length > 1, live: false }, cursor: { y: false, drag: { x: false } }, padding: [10, 8, 0, 0],
    scales: { y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.15))] } },
    axes: [
      { ...axis, size: 30, space: 70, values: (_, ticks) => ticks.map((t) => (passo === 'dia' ? month : hour).format(t * 1000)) },
      { ...axis, size: 46, space: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000, 100000, 1000000], values: (_, ticks) => ticks.map((n) => formatNumber(n)) },
    ],
    series: [{}, ...lines.map(([, name], i) => ({
      label: name, stroke: colour(colours[i]), width: bars ? 0 : 2, fill: `color-mix(in srgb, ${colour(colours[i])} ${bars ? 70 : 14}%, transparent)`,
      paths: bars && i === 0 ? uPlot.paths.bars({ size: [0.7, 28], radius: 0.15 }) : undefined, points: bars ? { show: false } : { size: 6, fill: colour(colours[i]), filter: alone },
    }))],
  }
}

// alone lists the points that no line reaches, because nothing was counted beside
// them: without a dot they would not be seen.
function alone(plot, i) {
  const values = plot.data[i]
  const known = (at) => values[at] !== null && values[at] !== undefined
  return values.flatMap((_, at) => (known(at) && !known(at - 1) && !known(at + 1) ? [at] : []))
}

// useScheme changes with the colour scheme: a canvas does not follow it by itself.
function useScheme() {
  const query = matchMedia('(prefers-color-scheme: dark)')
  const [dark, setDark] = useState(query.matches)
  useEffect(() => {
    const follow = (e) => setDark(e.matches)
    query.addEventListener('change', follow)
    return () => query.removeEventListener('change', follow)
  }, [])
  return dark
}
