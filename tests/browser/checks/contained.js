// Whatever acts, or refers to something outside of the page. A link that a reader may follow is no reference,
// and a form of the kind "dialog" sends nothing. One script may be expected, word for word.
(expected) => {
  const problems = [];
  const at = (element) => element.outerHTML.slice(0, 120);
  const scripts = [...document.scripts];
  const own = scripts.find((script) => script.attributes.length === 0 && script.text.trim() === expected?.trim());
  if (expected !== null && !own) problems.push("the script that belongs to the page is missing or another");
  for (const script of scripts) if (script !== own) problems.push(`<script>: ${at(script)}`);
  for (const element of document.querySelectorAll("iframe, object, embed, base, meta[http-equiv=refresh], form:not([method=dialog])"))
    problems.push(`<${element.localName}>: ${at(element)}`);
  for (const element of document.querySelectorAll("*"))
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on")) problems.push(`inline handler ${name}: ${at(element)}`);
      if (/^\s*(javascript|vbscript|data):/i.test(value) && ["href", "src", "action"].includes(name))
        problems.push(`${name} that acts: ${at(element)}`);
      const loads = ["src", "srcset", "poster", "background", "data", "action", "formaction", "ping"].includes(name);
      const links = ["href", "xlink:href"].includes(name) && element.localName !== "a";
      if ((loads || links) && !value.startsWith("#")) problems.push(`refers to ${value}: ${at(element)}`);
    }
  const styles = [...document.querySelectorAll("style")].map((style) => style.textContent);
  styles.push(...[...document.querySelectorAll("[style]")].map((element) => element.getAttribute("style")));
  for (const style of styles)
    for (const found of style.match(/@import[^;]*|url\((?!\s*["']?(?:#|data:))[^)]*\)/g) ?? [])
      problems.push(`style refers elsewhere: ${found}`);
  return problems;
};
