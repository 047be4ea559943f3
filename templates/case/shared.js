// What every script of a case's page needs. The page works without any of them; all words are the page's own.
'use strict';
const words = document.getElementById('words').dataset;
const filled = (text, ...values) => text.replace(/\{\}/g, () => values.shift());
const made = (tag, className, ...content) => {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...content);
  return element;
};
const download = (name, file) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file, null, 2) + '\n'], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
