"use strict";
(() => {
  const by = (id) => document.getElementById(id);
  const facts = JSON.parse(by("facts").textContent);
  const words = facts.say;
  const SHOWN = 40;
  const RANK = "veuwcn-";

  const say = (key, given = {}) => words.texts[key].replace(/\{(\w+)\}/g, (_, name) => given[name]);
  const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, words.thousands);
  const form = (n) => {
    if (words.plural === "one_other") return n === 1 ? "one" : "other";
    if (n % 10 === 1 && n % 100 !== 11) return "one";
    return [2, 3, 4].includes(n % 10) && ![12, 13, 14].includes(n % 100) ? "few" : "many";
  };
  const count = (key, n) => words.counts[key][form(n)].replace("{n}", number(n));
  const stamp = (at) => {
    const when = new Date(at * 1000);
    if (Number.isNaN(when.getTime()) || when.getUTCFullYear() > 9999) return String(at);
    const put = (text, given) => text.replace(/\{(\w+)\}/g, (_, name) => given[name]);
    const day = { day: when.getUTCDate(), month: words.months[when.getUTCMonth()], year: when.getUTCFullYear() };
    return put(words.moment, { date: put(words.day, day), time: when.toISOString().slice(11, 19) });
  };

  const make = (tag, attributes = {}, ...inside) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...inside);
    return node;
  };
  const foreign = (tag, text, style = "") => {
    const node = make(tag, { lang: "en" }, make("bdi", {}, text));
    if (style) node.className = style;
    return node;
  };
  const icon = (status) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const path = document.createElementNS(space, "path");
    const [style, data, width] = facts.icons[status];
    svg.setAttribute("class", "icon");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("class", `mark ${style}`);
    path.setAttribute("d", data);
    if (/disc|dot/.test(style)) path.style.strokeWidth = width;
    svg.append(path);
    return svg;
  };

  const unpack = async (node) => {
    const bytes = Uint8Array.from(atob(node.textContent), (one) => one.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  };

  // The device list
  const subject = (row, texts) => {
    const [name, site, region, platform, kind, model, serial, software, place, marks, verdicts] = row;
    const made = { name, marks, verdicts, texts };
    const named = { site, region, platform, kind, model, serial, software, place };
    for (const [key, value] of Object.entries(named)) made[key] = texts[value];
    made.hay = [name, made.site, made.place, made.model, made.serial, made.software].join("\n").toLowerCase();
    made.weight = [..."veu"].map((letter) => marks.split(letter).length - 1);
    return made;
  };
  const order = (one, other) => {
    const at = one.weight.findIndex((value, n) => value !== other.weight[n]);
    return at < 0 ? (one.name < other.name ? -1 : 1) : other.weight[at] - one.weight[at];
  };
  const source = ([text, from, at, sha], texts) => {
    const note = make("p", { class: "source" }, foreign("span", texts[from]));
    if (at) note.append(", ", say("read_at", { at: stamp(at) }));
    if (texts[sha]) note.append(", SHA-256 ", make("code", {}, texts[sha]));
    return make("div", { class: "evidence" }, make("pre", { translate: "no", lang: "en" }, texts[text]), note);
  };
  const waiver = (rule, ticket) => {
    const found = facts.waivers[`${rule} ${ticket}`];
    const note = make("p", {}, make("strong", {}, `${say("waived")}: `), make("bdi", {}, ticket));
    if (!found) return note;
    const [reason, instead, asked, approved, expires] = found;
    note.append(": ", make("bdi", {}, reason), instead ? " (" : "", make("bdi", {}, instead), instead ? ")" : "");
    note.append(`. ${say("asked_approved")}: `, make("bdi", {}, asked), ", ", make("bdi", {}, approved));
    note.append(`. ${say("until")}: ${expires}.`);
    return note;
  };
  const verdict = (row, texts) => {
    const [number_, now, raw, summary, since, first, ticket, mend, evidence] = row;
    const [id, title, severity] = facts.rules[number_];
    const status = facts.statuses[now];
    const head = make("div", { class: "who" }, icon(status), make("b", {}, `${say(status)}: ${id}`), foreign("span", title));
    head.append(make("span", { class: `sev ${severity}` }, say(severity)));
    const node = make("li", { class: `case ${status}` }, head, foreign("p", texts[summary]));
    if (now !== raw) node.append(make("p", {}, make("strong", {}, `${say("raw")}: `), say(facts.statuses[raw])));
    if (texts[ticket]) node.append(waiver(id, texts[ticket]));
    const times = [since ? say("since", { at: stamp(since) }) : "", first ? say("first_judged", { at: stamp(first) }) : ""];
    if (since || first) node.append(make("p", { class: "source" }, times.filter(Boolean).join("; ")));
    node.append(...evidence.map((piece) => source(piece, texts)));
    if (texts[mend]) {
      const lines = make("pre", { translate: "no", lang: "en" }, texts[mend]);
      node.append(make("div", { class: "evidence mend" }, make("p", { class: "source" }, say("mend")), lines));
    }
    return node;
  };
  const body = (one, wanted) => {
    const rank = (row) => RANK.indexOf(facts.letters[row[1]]);
    const chosen = one.verdicts.filter(wanted).sort((a, b) => rank(a) - rank(b) || a[0] - b[0]);
    const about = [["model", one.model], ["serial", one.serial], ["software", one.software], ["kind", one.kind]];
    const facts_ = about.filter(([, value]) => value).map(([key, value]) => `${say(key)}: ${value}`);
    const node = make("div", { class: "inside" });
    if (facts_.length) node.append(make("p", { class: "more" }, make("bdi", {}, facts_.join("; "))));
    node.append(make("ol", {}, ...chosen.map((row) => verdict(row, one.texts))));
    const listed = new Set(one.verdicts.map((row) => row[0]));
    for (const status of ["compliant", "not_applicable"]) {
      const ids = facts.rules.filter((_, n) => one.marks[n] === facts.letters[facts.statuses.indexOf(status)] && !listed.has(n));
      if (ids.length) node.append(make("p", { class: "more" }, `${say(status)}: ${ids.map(([id]) => id).join(", ")}`));
    }
    return node;
  };
  const entry = (one, wanted) => {
    const summary = make("summary", {}, make("b", {}, make("bdi", {}, one.name)));
    const where = [one.place || one.site, facts.regions[one.region] || one.region, one.platform].filter(Boolean);
    summary.append(" ", make("span", { class: "more" }, make("bdi", {}, where.join(" · "))), " ");
    [..."veuw"].forEach((letter) => {
      const found = one.marks.split(letter).length - 1;
      const status = facts.statuses[facts.letters.indexOf(letter)];
      if (found) summary.append(make("span", { class: "tally" }, icon(status), `${say(status)} ${number(found)}`), " ");
    });
    const node = make("details", { class: "subject" }, summary);
    node.addEventListener("toggle", () => {
      if (node.open && node.childElementCount === 1) node.append(body(one, wanted));
    });
    return node;
  };
  const option = (id, values) => {
    for (const [value, text] of values) by(id).append(make("option", { value }, text));
  };
  const sorted = (values) => [...new Set(values)].filter(Boolean).sort();

  const list = async () => {
    if (typeof DecompressionStream === "undefined") {
      by("found").textContent = say("devices_old_browser");
      return;
    }
    by("found").textContent = say("reading_list");
    const all = [];
    for (const node of document.querySelectorAll("script.pack")) {
      const { d, t } = await unpack(node);
      for (const row of d) all.push(subject(row, t));
    }
    all.sort(order);
    option("f-site", sorted(all.map((one) => one.site)).map((site) => [site, site]));
    option("f-platform", sorted(all.map((one) => one.platform)).map((name) => [name, name]));
    const asked = /^#d=(.*)$/.exec(location.hash);
    if (asked) by("f-text").value = plain(asked[1]);
    let found = [];
    let wanted = () => true;
    const page = () => {
      const from = by("list").childElementCount;
      const added = found.slice(from, from + SHOWN).map((one) => entry(one, wanted));
      by("list").append(...added);
      by("more").hidden = by("list").childElementCount >= found.length;
      return added;
    };
    const search = () => {
      const [text, letter, rule, region, site, platform] = ["text", "verdict", "rule", "region", "site", "platform"].map((name) => by(`f-${name}`).value);
      const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
      const at = facts.rules.findIndex(([id]) => id === rule);
      const marked = (marks) => (rule ? (letter ? marks[at] === letter : marks[at] !== "-") : !letter || marks.includes(letter));
      wanted = (row) => (!rule || row[0] === at) && (!letter || facts.letters[row[1]] === letter);
      found = all.filter((one) =>
        (!region || one.region === region) && (!site || one.site === site) && (!platform || one.platform === platform) &&
        marked(one.marks) && parts.every((part) => one.hay.includes(part)));
      by("list").replaceChildren();
      by("found").textContent = found.length ? count("found", found.length) : say("nothing_found");
      page();
    };
    by("find").hidden = false;
    by("find").addEventListener("input", search);
    by("find").addEventListener("submit", (event) => event.preventDefault());
    by("more").addEventListener("click", () => page()[0]?.firstElementChild.focus());
    search();
    if (asked && found.length === 1) by("list").firstElementChild.open = true;
  };

  // Which page has it: only where the list is in pages of its own
  const lookup = async () => {
    if (typeof DecompressionStream === "undefined") {
      by("found").textContent = say("devices_old_browser");
      return;
    }
    const pages = await unpack(document.querySelector("script.names"));
    const search = () => {
      const text = by("l-text").value.toLowerCase().trim();
      const hits = [];
      for (const [href, sites, names] of text ? pages : []) {
        for (const [id, name] of sites) if (`${id}\n${name}`.toLowerCase().includes(text)) hits.push([href, id, `${id} ${name}`]);
        for (const name of names) if (name.toLowerCase().includes(text)) hits.push([href, name, name]);
      }
      by("list").replaceChildren(...hits.slice(0, SHOWN).map(([href, key, shown]) =>
        make("li", {}, make("a", { href: `${href}#d=${encodeURIComponent(key)}` }, make("bdi", {}, shown)))));
      by("found").textContent = !text ? "" : hits.length ? count("found", hits.length) : say("nothing_found");
    };
    by("lookup").hidden = false;
    by("lookup").addEventListener("input", search);
    by("lookup").addEventListener("submit", (event) => event.preventDefault());
    search();
  };

  // Views
  const plain = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const views = [...document.querySelectorAll(".view")];
  let listed = false;
  const show = () => {
    const target = by(plain(location.hash.slice(1)));
    const view = target?.closest(".view") ?? views[0];
    for (const one of views) one.hidden = one !== view;
    for (const link of document.querySelectorAll("#views a")) {
      if (link.hash === `#${view?.id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (!listed && (!view || view.id === "view-engineer")) {
      listed = true;
      if (by("lookup")) lookup();
      else list();
    }
    if (target?.tagName === "DETAILS") target.open = true;
    if (target && target === view) view.focus({ preventScroll: true });
    else target?.scrollIntoView();
  };
  addEventListener("hashchange", show);
  show();
})();
