// The page's own signs, drawn here: not every machine has a font for them.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  clip: "M20 11.5l-8.2 8.2a5 5 0 01-7.1-7.1l8.6-8.6a3.4 3.4 0 014.8 4.8l-8.5 8.5a1.7 1.7 0 01-2.4-2.4l7.7-7.7",
  send: "M4 12l-1-8 19 8-19 8 1-8zm0 0h9",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  contact: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 21c0-4 3.6-6 8-6s8 2 8 6",
  place: "M12 21c4-5 7-8 7-12a7 7 0 10-14 0c0 4 3 7 7 12zM12 11a2 2 0 100-4 2 2 0 000 4z",
  sticker: "M12 21a9 9 0 119-9l-9 9zM9 10h.01M15 10h.01M9 14c1 1.3 2 1.8 3 1.8",
  voice: "M12 15a3 3 0 003-3V6a3 3 0 10-6 0v6a3 3 0 003 3zM6 12a6 6 0 0012 0M12 18v3",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
