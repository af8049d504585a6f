// Checks spelling with cspell, and reports the retired terms of docs/glossary.md.
//
//   npm ci --ignore-scripts --prefix eng/terms
//   node eng/terms/check.mjs [--summary] [PATH...]     paths are files or folders; without them, the whole repository
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const glossary = "docs/glossary.md";
const extensions = /\.(md|cs|js|mjs|ya?ml|cff|html)$/;

// Data and values of others: captions, fixtures, tables. The glossary names the terms itself.
const ignored = new RegExp([
  "^docs/glossary\\.md$",
  "^eng/terms/",
  "(^|/)(node_modules|bin|obj|out|artifacts|runs)/",
  "(^|/)Fixtures/",
  "^datasets/sample/",
  "^datasets/emoji/(catalog|labels|texts)\\.mjs$",
].join("|"));

const summary = process.argv.includes("--summary");
const paths = process.argv.slice(2).filter((argument) => !argument.startsWith("--"))
  .map((path) => relative(root, resolve(path)).split(sep).join("/"));
const files = repositoryFiles().filter((file) =>
  extensions.test(file) && !ignored.test(file)
  && (paths.length === 0 || paths.some((path) => path === "" || file === path || file.startsWith(`${path}/`))));

const findings = [...retiredTerms(), ...misspellings()].sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line);
if (summary) {
  printSummary();
} else {
  findings.forEach(({ file, line, message }) => console.log(`${file}:${line}: ${message}`));
}

console.log(`${files.length} files, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;

function repositoryFiles() {
  if (existsSync(join(root, ".git"))) {
    try {
      const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, maxBuffer: 1 << 26 });
      return list.toString().split("\0").filter((file) => file && existsSync(join(root, file)));
    } catch {
      // Without git: the folder as it is.
    }
  }

  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

// The last column of the glossary's tables, without terms that are retired in one sense only; the first column is what replaces them.
function readGlossary() {
  const terms = new Map();
  for (const row of readFileSync(join(root, glossary), "utf8").split("\n")) {
    const cells = row.split("|").map((cell) => cell.trim());
    if (cells.length !== 6 || cells[1] === "term" || /^-+$/.test(cells[1])) {
      continue;
    }

    for (const term of cells[4].split(/,(?![^(]*\))/).map((part) => part.trim())) {
      if (term && !term.endsWith(")")) {
        terms.set(term, [...terms.get(term) ?? [], cells[1].replaceAll("*", "")]);
      }
    }
  }

  return [...terms].map(([term, instead]) => ({ term, instead: instead.join(" or "), pattern: new RegExp(`\\b${term}(s|d|ed|es)?\\b`, "i") }));
}

function* retiredTerms() {
  const terms = readGlossary();
  const exceptions = JSON.parse(readFileSync(join(here, "exceptions.json"), "utf8"))
    .map((exception) => ({ ...exception, text: new RegExp(exception.text, "g"), files: new RegExp(exception.files ?? "") }));
  for (const file of files) {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    for (const { term, instead, pattern } of terms) {
      const allowed = exceptions.filter((exception) => exception.term === term && exception.files.test(file));
      for (const [index, text] of lines.entries()) {
        const rest = allowed.reduce((remaining, { text: match }) => remaining.replace(match, ""), text);
        if (pattern.test(words(rest))) {
          yield { file, line: index + 1, message: `"${term}" is retired; use "${instead}" (${glossary})`, kind: term };
        }
      }
    }
  }
}

// "PictureNames", "picture_names" and "picture-names" are "picture names".
function words(text) {
  return text.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_-]/g, " ");
}

function misspellings() {
  const cspell = join(here, "node_modules/cspell/bin.mjs");
  if (!existsSync(cspell)) {
    throw new Error("cspell is not installed: run `npm ci --ignore-scripts --prefix eng/terms` first.");
  }

  const run = spawnSync(
    process.execPath,
    [cspell, "lint", "--config", join(here, "cspell.json"), "--no-progress", "--no-summary", "--no-color", "--no-must-find-files", "--file-list", "stdin"],
    { cwd: root, input: files.join("\n"), encoding: "utf8", maxBuffer: 1 << 26 });
  if (run.status !== 0 && run.status !== 1) {
    throw new Error(`cspell failed: ${run.stderr}`);
  }

  return [...run.stdout.matchAll(/^(.+?):(\d+):\d+ - (.*)$/gm)].map(([, file, line, message]) => ({
    file: relative(root, resolve(root, file)).split(sep).join("/"),
    line: Number(line),
    message: `${message[0].toLowerCase()}${message.slice(1)}; fix it, or add it to eng/terms/words.txt`,
    kind: "spelling",
  }));
}

function printSummary() {
  const counts = new Map();
  for (const { file, kind } of findings) {
    const folder = file.split("/").slice(0, Math.min(3, file.split("/").length - 1)).join("/") || ".";
    const row = counts.get(folder) ?? new Map();
    row.set(kind, (row.get(kind) ?? 0) + 1);
    counts.set(folder, row);
  }

  for (const [folder, row] of [...counts].sort()) {
    console.log(`${folder}: ${[...row].map(([kind, count]) => `${kind} ${count}`).join(", ")}`);
  }
}
