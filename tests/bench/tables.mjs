// Tables that the benchmarks run on, made anew from a seed.

/// Uniform numbers from 0 to 1 by a small generator (mulberry32).
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const normal = (next) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/// `rows` x `columns` normal numbers and a class that a plane parts.
export function plane(rows, columns) {
  const next = generator(1);
  const weights = Array.from({ length: columns }, () => normal(next));
  const lines = [[...weights.keys()].map((place) => `x${place}`).concat("y").join(",")];
  for (let row = 0; row < rows; row += 1) {
    const cells = weights.map(() => normal(next));
    const side = cells.reduce((sum, cell, place) => sum + cell * weights[place], 0) > 0;
    lines.push(`${cells.map((cell) => cell.toFixed(5)).join(",")},${side ? "yes" : "no"}`);
  }
  return lines.join("\n");
}

/// A table of mixed kinds, about 100 MB for 600,000 rows: numbers, categories of few and many levels, dates, quoted texts, gaps.
export function mixed(rows, write) {
  const next = generator(2);
  const names = ["id", "age", "income", "score", ...Array.from({ length: 8 }, (_, place) => `x${place}`), "city", "job", "code", "when", "note"];
  write(`${names.join(",")}\n`);
  let block = [];
  for (let row = 0; row < rows; row += 1) {
    const cells = [row, 18 + Math.floor(next() * 72), next() < 0.07 ? "" : Math.exp(10 + normal(next)).toFixed(2), normal(next).toFixed(6)];
    for (let place = 0; place < 8; place += 1) cells.push((normal(next) * 10 ** (place - 3)).toFixed(5));
    for (const [name, levels] of [["city", 50], ["job", 400], ["code", 20000]]) cells.push(`${name} ${Math.floor(next() * levels)}`);
    cells.push(new Date(1577836800000 + Math.floor(next() * 1e8) * 1000).toISOString().slice(0, 19).replace("T", " "));
    cells.push(next() < 0.05 ? '"a, quoted ""word"""' : "plain text");
    block.push(cells.join(","));
    if (block.length === 5000) { write(`${block.join("\n")}\n`); block = []; }
  }
  if (block.length > 0) write(`${block.join("\n")}\n`);
}
